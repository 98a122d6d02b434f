"""Recomputes, in NumPy and from the mapping alone, what the machine counted: memory words, queue entries, flits, hops and
the cycles of the synaptic engines, per mode and layer. Written from docs/counting.md and docs/timing.md."""

import numpy as np

import oracle

LAST_SENT_BITS = 16
SPIKE_BITS, OUTPUT_BITS, END_BITS, READY_BITS = 57, 64, 54, 23


def ceil_div(a, b):
    """Return a / b rounded up, for whole numbers or arrays of them."""
    return -(-a // b)


class Port:
    """A host port and the place of its router."""

    def __init__(self, edge, position, machine):
        last = machine.number("mesh.rows") - 1, machine.number("mesh.columns") - 1
        at = int(position)
        self.router = {"west": (at, 0), "east": (at, last[1]), "north": (0, at), "south": (last[0], at)}[edge]


def router_of(end):
    """Return the router's place of a core's place or a port."""
    return end.router if isinstance(end, Port) else end


class Machine:
    """The machine of a report: its keys, and per layer its parts as (place, columns), place = (row, column)."""

    def __init__(self, keys, mapping, names):
        self.keys = keys
        self.parts = [[] for _ in names]
        for core in mapping["cores"]:
            place = tuple(int(n) for n in core["name"].split("_")[1:])
            for held in core["layers"]:
                first, last = held["neurons"]
                self.parts[names.index(held["name"])].append((place, slice(first, last + 1)))
        for parts in self.parts:
            parts.sort(key=lambda part: part[1].start)
        self.ports = [Port(*name.split("_"), self) for name in keys["machine.host_ports"].strip("[]").split(", ")]

    def nearest_port(self, place):
        """Return the port to which a core's outputs go; min() takes the first of several."""
        return min(self.ports, key=lambda port: abs(port.router[0] - place[0]) + abs(port.router[1] - place[1]))

    def number(self, key):
        """Return an integer key of the machine."""
        return int(self.keys["machine." + key])

    def words(self, bits):
        """Return the memory words that hold so many bits."""
        return ceil_div(bits, self.number("core.word_bits"))

    def flits(self, bits):
        """Return the flits of a packet."""
        return ceil_div(bits, self.number("router.flit_bits"))

    def text(self, key):
        """Return another key of the machine as text."""
        return self.keys["machine." + key]

    def port_bits(self, memory):
        """Return what a memory moves per cycle: a single bank as its port says, several a word each at most."""
        port, banks = self.number(f"core.{memory}_port_bits"), self.number(f"core.{memory}_banks")
        return port if banks == 1 else min(port, banks * self.number("core.word_bits"))

    def service(self, fan_out, passes, widths):
        """Return the engine cycles, int64 array, of spikes that need `passes` each."""
        fixed = max(1, ceil_div(fan_out * widths.weight, self.port_bits("weight")),
                    ceil_div(2 * fan_out * widths.accumulator, self.port_bits("state")))
        return np.maximum(fixed, ceil_div(fan_out * passes, self.number("core.lanes")))


def passes_of(mode, encoding, values):
    """Return the passes over the targets of spikes of these values, int64."""
    if mode not in oracle.SCALED_MODES or encoding == "graded":
        return np.ones_like(values)
    magnitude = np.abs(values)
    if encoding == "unary":
        return magnitude
    return np.array([sum(d != 0 for d in oracle.naf_digits(int(m))) for m in magnitude], dtype=np.int64)


def links_of(source, target):
    """Return the XY route from one place to another as a list of (place, place)."""
    links, here = [], source
    for axis in (1, 0):
        while here[axis] != target[axis]:
            there = list(here)
            there[axis] += 1 if target[axis] > here[axis] else -1
            links.append((here, tuple(there)))
            here = tuple(there)
    return links


def spikes_of(mode, run, layer, columns):
    """Return how many packets of spikes a part sends, all frames; the last layer sends all its accumulators."""
    if layer + 1 == len(run.sent):
        return len(run.outputs) * len(range(*columns.indices(run.outputs.shape[1])))
    sent = run.sent[layer + 1][:, columns]
    return sent.size if mode == "dense" else int(np.count_nonzero(sent))


def scans_of(machine, mode, run, layer):
    """Return in how many frames a layer's neurons are visited."""
    frames = len(run.sent[0])
    if machine.text("core.scan") == "all" or mode not in oracle.DELTA_MODES or layer + 1 == len(run.sent):
        return frames
    return 1 + int(np.count_nonzero(run.sent[layer][1:].any(axis=1)))  # the first frame's always


def part_counts(machine, mode, run, layer, columns, widths, encoding):
    """Return one part's memory words, queue entries and engine cycles."""
    frames, neurons = len(run.sent[0]), columns.stop - columns.start
    values = run.sent[layer].ravel() if mode == "dense" else run.sent[layer][run.sent[layer] != 0]
    change, last = mode in oracle.DELTA_MODES, layer + 1 == len(run.sent)
    state = machine.words(neurons * widths.accumulator)
    spikes = spikes_of(mode, run, layer, columns)
    written = 0 if change and last else spikes if change else frames * state
    scans, ends = scans_of(machine, mode, run, layer), 0 if machine.text("discipline") == "barrier" else frames
    remembered = machine.words(neurons * LAST_SENT_BITS) if change and not last else 0
    return {
        "weight_read": len(values) * machine.words(neurons * widths.weight) + (0 if change else frames * state),
        "state_read": len(values) * state + scans * (state + remembered),
        "state_write": len(values) * state + written,
        "inbox_write": len(values), "inbox_read": len(values),
        "outbox_write": spikes + ends, "outbox_read": spikes + ends,
        "engine_cycles": int(machine.service(neurons, passes_of(mode, encoding, values), widths).sum()),
    }


def add_packets(counts, machine, packets, bits, source, targets, tree):
    """Adds the flits of so many packets from one source to all targets, each a core's place or a Port."""
    flits = packets * machine.flits(bits)
    routes = [links_of(router_of(source), router_of(target)) for target in targets]
    links = len(set().union(*routes)) if tree else sum(len(route) for route in routes)
    copies = 1 if tree else len(targets)
    into_mesh = copies if isinstance(source, Port) else 0
    to_host = sum(isinstance(target, Port) for target in targets)
    counts["link_traverse"] += flits * (links + into_mesh + to_host)
    counts["router_queue_write"] += flits * (links + copies)  # the first router, and the one behind each link
    for action in ("router_queue_read", "router_traverse"):
        counts[action] += flits * (links + len(targets))
    return packets * copies


def network_counts(machine, mode, run):
    """Return per layer the flits of the connection that it reads (the last one's outputs included), and the packets of
    spikes that entered the network."""
    frames, layers = len(run.sent[0]), len(machine.parts)
    counts = [dict.fromkeys(("router_queue_write", "router_queue_read", "router_traverse", "link_traverse"), 0)
              for _ in range(layers)]
    packets = 0
    for connection in range(layers + 1):
        into = counts[min(connection, layers - 1)]
        if connection == 0:
            shares = [run.sent[0][:, number::len(machine.ports)] for number in range(len(machine.ports))]
            senders = [(port, share.size if mode == "dense" else int(np.count_nonzero(share)))
                       for port, share in zip(machine.ports, shares)]
        else:
            senders = [(place, spikes_of(mode, run, connection - 1, columns))
                       for place, columns in machine.parts[connection - 1]]
        for source, spikes in senders:
            last = connection == layers
            targets = [machine.nearest_port(source)] if last else [place for place, _ in machine.parts[connection]]
            tree = machine.keys["machine.router.multicast"] == "tree" and len(targets) > 1
            bits = OUTPUT_BITS if connection == layers else SPIKE_BITS
            packets += add_packets(into, machine, spikes, bits, source, targets, tree)
            if machine.text("discipline") == "barrier":
                continue  # no tokens
            add_packets(into, machine, frames, END_BITS, source, targets, tree=False)
            for target in targets:
                add_packets(into, machine, frames, READY_BITS, target, [source], tree=False)
    return counts, packets


def machine_counts(machine, mode, run, widths, encoding):
    """Return per layer {action or engine_cycles: count}, all frames, and the packets of spikes."""
    per_layer, packets = network_counts(machine, mode, run)
    for layer, parts in enumerate(machine.parts):
        for _, columns in parts:
            for name, count in part_counts(machine, mode, run, layer, columns, widths, encoding).items():
                per_layer[layer][name] = per_layer[layer].get(name, 0) + count
    return per_layer, packets
