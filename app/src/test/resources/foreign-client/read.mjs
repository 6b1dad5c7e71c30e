// Reads topics from their start with public libraries only, and prints each record as a line of JSON.
// node read.mjs <bootstrap servers> <registry address> <number of records> <topic>...
import { Kafka, logLevel } from 'kafkajs'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'

const [brokers, host, count, ...topics] = process.argv.slice(2)
const registry = new SchemaRegistry({ host })
const kafka = new Kafka({ clientId: 'foreign', brokers: brokers.split(','), logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: 'foreign' })

/** The reader's own view of the value: numbers, strings, and bytes in hexadecimal. */
const plain = (name, value) => (value && value.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value)

let left = Number(count)
let finish
const finished = new Promise(resolve => { finish = resolve })

await consumer.connect()
await consumer.subscribe({ topics, fromBeginning: true })
await consumer.run({
  eachMessage: async ({ topic, message }) => {
    const key = message.key === null ? null : message.key.toString('utf8')
    const value = await registry.decode(message.value)
    console.log(JSON.stringify({ topic, key, value }, plain))
    left -= 1
    if (left === 0) finish()
  }
})
await finished
await consumer.disconnect()
