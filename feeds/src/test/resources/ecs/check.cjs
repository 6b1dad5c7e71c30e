// Reads documents, one a line, and prints what the schema does not allow: fields that it does not have, values that a field does not allow, types of event that do
// not go with the category, and values of the wrong kind. The namespace crossgate is our own.
'use strict';
const fs = require('fs');
const { EcsFlat, EcsVersion } = require('@elastic/ecs');

const flat = new Map(Object.values(EcsFlat).map((field) => [field.flat_name, field]));
const faults = [];

function kind(field, value) {
  switch (field.type) {
    case 'long': return Number.isInteger(value);
    case 'date': return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'ip': return typeof value === 'string' && require('net').isIP(value) !== 0;
    default: return typeof value === 'string';
  }
}

function field(name, value) {
  const known = flat.get(name);
  if (!known) { faults.push(`${name} is no field`); return; }
  const values = Array.isArray(value) ? value : [value];
  if (Array.isArray(value) !== (known.normalize || []).includes('array')) faults.push(`${name}: array or not`);
  for (const each of values) {
    if (!kind(known, each)) faults.push(`${name}: ${JSON.stringify(each)} is no ${known.type}`);
    if (known.allowed_values && !known.allowed_values.some((allowed) => allowed.name === each)) faults.push(`${name}: ${each} is not allowed`);
  }
}

function walk(prefix, object) {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix ? `${prefix}.${key}` : key;
    if (name === 'crossgate') continue;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) walk(name, value); else field(name, value);
  }
}

const documents = fs.readFileSync(0, 'utf8').split('\n').filter((line) => line).map((line) => JSON.parse(line));
for (const document of documents) {
  walk('', document);
  if (document.ecs.version !== EcsVersion) faults.push(`ecs.version ${document.ecs.version} is not ${EcsVersion}`);
  const category = flat.get('event.category').allowed_values.find((allowed) => allowed.name === document.event.category[0]);
  for (const type of document.event.type) if (!category.expected_event_types.includes(type)) faults.push(`event.type ${type} does not go with ${category.name}`);
  for (const required of ['@timestamp', 'ecs', 'event']) if (!(required in document)) faults.push(`${required} is missing`);
}
faults.forEach((fault) => console.log(fault));
console.log(`${documents.length} documents, ${faults.length} faults`);
