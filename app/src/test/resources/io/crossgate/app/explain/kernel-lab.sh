#!/bin/sh
# Gives a capture to the connection tracker of the running kernel, in a network namespace that exists for as long as this script runs.
#
#     feed (replays the capture) ---- in0  router, conntrack, log of every packet's ct state  out0 ---- sink
#
# kernel-lab.sh CAPTURE LOG PACKETS-PER-SECOND [SYSCTL=VALUE ...]      run as: unshare -n sh kernel-lab.sh ...
# Writes the log (NFLOG) to LOG, and at last the tracker's table to standard output.
set -eu
capture=$1 log=$2 rate=$3
shift 3

ip link add in0 type veth peer name feed
ip link add out0 type veth peer name sink
for link in in0 feed out0 sink; do
    [ $link = in0 ] || [ $link = out0 ] || sysctl -qw net.ipv6.conf.$link.disable_ipv6=1
    sysctl -qw net.ipv6.conf.$link.accept_dad=0
    ip link set dev $link arp off mtu 65535
done
ip link set dev in0 address 02:00:00:00:00:02
for link in in0 feed out0 sink; do ip link set dev $link up; done
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >"$f"; done
ip addr add 192.0.2.1/32 dev out0
ip route add default dev out0
ip -6 route add default dev out0

nft -f - <<'RULES'
table inet lab {
  chain in {
    type filter hook prerouting priority mangle
    iifname != "in0" return
    ct state new log prefix "NEW" group 7 snaplen 120
    ct state established log prefix "ESTABLISHED" group 7 snaplen 120
    ct state related log prefix "RELATED" group 7 snaplen 120
    ct state invalid log prefix "INVALID" group 7 snaplen 120
    ct state untracked log prefix "UNTRACKED" group 7 snaplen 120
  }
  chain own {
    type filter hook output priority raw - 100
    drop
  }
}
RULES
for setting in "$@"; do sysctl -qw "net.netfilter.$setting"; done

tcpdump -Z root -n -U -B 65536 -i nflog:7 -w "$log" 2>"$log.said" &
dump=$!
for _ in $(seq 100); do
    grep -q listening "$log.said" && break
    sleep 0.05
done
tcpreplay -q --pps="$rate" -i feed "$capture" >"$log.sent" 2>&1
size=-1
while [ "$size" != "$(stat -c %s "$log")" ]; do
    size=$(stat -c %s "$log")
    sleep 1.3  # the kernel hands its log on after a second at most
done
kill $dump
wait $dump 2>/dev/null || true
conntrack -L 2>/dev/null
