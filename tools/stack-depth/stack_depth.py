#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The deepest kernel stack: per entry, plus one interrupt, from the compiler's call graph.

Reads the .ci files of gcc's -fcallgraph-info=su and a table of what they do not say. The exit code
is 1 if the stack is too small, or a recursion without bound or a call to nobody knows whom is in
the way.
"""
import argparse
import collections
import fnmatch
import pathlib
import re
import sys

NODE = re.compile(r'node: { title: "([^"]+)" label: "([^"]+)"( shape : ellipse)? }')
EDGE = re.compile(r'edge: { sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]+)")? }')
FRAME = re.compile(r'\\n(\d+) bytes \(([a-z,]+)\)$')
POINTER = re.compile(r'([A-Za-z_]\w*)(?:\[[^]]*\])?\)?\(')
INDIRECT = '__indirect_call'
PARTS = re.compile(r'\.(part|constprop|isra|cold|lto_priv)(\.\d+)?')


class Problem(Exception):
    pass


def short(title):
    """The name in the source: without file, without what the compiler appends to parts."""
    return PARTS.sub('', title.split(':')[-1])


class Table:
    def __init__(self, path):
        self.entries, self.interrupts, self.frames = {}, {}, {}
        self.pointers, self.once, self.exempt = {}, {}, {}
        words = {'entry': self.entries, 'interrupt': self.interrupts, 'frame': self.frames,
                 'pointer': self.pointers, 'once': self.once, 'exempt': self.exempt}
        for line in path.read_text().splitlines():
            row = line.partition('#')[0].split()
            if not row:
                continue
            if row[0] not in words or len(row) < 3:
                raise Problem(f'{path}: {line}')
            words[row[0]][row[1]] = int(row[2]) if row[2].isdigit() else row[2:]


class Graph:
    def __init__(self, table, files):
        self.table = table
        self.frames = dict(table.frames)
        self.calls = collections.defaultdict(set)
        self.unbounded = set()
        self.pointers = collections.defaultdict(set)  # function -> names of pointers it calls
        for f in files:
            self.read(f)
        self.titles = collections.defaultdict(list)
        for title in self.frames:
            self.titles[short(title)].append(title)
        self.unknown = {}
        self.name_weak()
        for title in list(self.pointers):
            self.resolve(title)

    def name_weak(self):
        """A weak function is called by its name and defined under its file's: join the two."""
        for called in self.calls.values():
            for title in [t for t in called if t not in self.frames]:
                if len(self.titles[short(title)]) == 1:
                    called.remove(title)
                    called.add(self.titles[short(title)][0])

    def read(self, path):
        for line in path.read_text().splitlines():
            node, edge = NODE.match(line), EDGE.match(line)
            if node and not node[3]:
                size = FRAME.search(node[2])
                self.frames[node[1]] = max(int(size[1]), self.frames.get(node[1], 0))
                if size[2] == 'dynamic':
                    self.unbounded.add(node[1])
            elif edge and edge[2] == INDIRECT:
                self.pointers[edge[1]].add(self.pointer(edge[3]))
            elif edge:
                self.calls[edge[1]].add(edge[2])

    @staticmethod
    def pointer(place):
        """The pointer that is called at file:line:column, as file:name."""
        path, line, column = place.rsplit(':', 2)
        text = pathlib.Path(path).read_text().splitlines()[int(line) - 1][int(column) - 1:]
        name = POINTER.search(text)
        return f'{pathlib.Path(path).name}:{name[1] if name else text}'

    def resolve(self, title):
        for pointer in self.pointers[title]:
            patterns = self.table.pointers.get(pointer)
            if patterns is None:
                self.unknown.setdefault(title, set()).add(pointer)
            elif patterns != ['-']:
                self.calls[title].update(t for p in patterns for t in self.matching(p))

    def matching(self, pattern):
        found = [t for name, titles in self.titles.items() if fnmatch.fnmatchcase(name, pattern)
                 for t in titles]
        if not found:
            raise Problem(f'the table names {pattern}, and no function is called so')
        return found

    def title(self, name):
        return self.matching(name)[0]


class Search:
    """Longest ways, from callees to callers, not through a function of `once` twice."""

    def __init__(self, graph):
        self.graph = graph
        self.known = {}
        self.path = []  # pairs: where we are, and which of `once` lie behind us
        self.problems = {}

    def problem(self, key, text):
        way = ' > '.join(short(t) for t, _ in self.path)
        self.problems.setdefault(key, f'{text}\n    {way}')

    def deepest(self, title, done=frozenset()):
        """Returns (bytes, the functions on the way)."""
        name = short(title)
        table = self.graph.table
        if name in table.exempt or (name in done):
            return 0, ()
        here = (title, done)
        if here in self.path:
            cycle = [t for t, _ in self.path[self.path.index(here):]]
            shown = ' > '.join(short(t) for t in cycle + [title])
            self.problem(frozenset(cycle), f'recursion without a bound: {shown}')
            return 0, ()
        if here in self.known:
            return self.known[here]
        self.path.append(here)
        self.look(title)
        below = done | {name} if name in table.once else done
        best = max((self.deepest(t, below) for t in sorted(self.graph.calls[title])),
                   default=(0, ()))
        self.path.pop()
        frame = self.graph.frames.get(title, 0)
        self.known[here] = (frame + best[0], ((name, frame), *best[1]))
        return self.known[here]

    def look(self, title):
        if title not in self.graph.frames:
            self.problem(title, f'{title}: its frame is not known; add a line "frame"')
        if title in self.graph.unbounded:
            self.problem(title, f'{title}: the size of its frame has no bound')
        for pointer in sorted(self.graph.unknown.get(title, ())):
            self.problem(pointer, f'{pointer}: whom may it reach? Add a line "pointer"')


def show(name, below, way):
    print(f'\n{name}: {below + sum(n for _, n in way)} bytes')
    line = f'    {below} below,'
    for function, n in way:
        if len(line) + len(function) > 90:
            print(line)
            line = '   '
        line += f' {function} {n},'
    print(line.rstrip(','))


def user_frame(path):
    return int(re.search(r'#define FRAME_SIZE\s+(\w+)', path.read_text())[1], 0)


def measure(args):
    table = Table(args.table)
    graph = Graph(table, args.ci)
    search = Search(graph)
    sums = {}
    for name, below in {**table.entries, **table.interrupts}.items():
        depth, way = search.deepest(graph.title(name))
        sums[name] = below + depth
        show(name, below, way)

    frame = (user_frame(args.offsets) + 15) // 16 * 16
    entry = max(sums[n] for n in table.entries)
    interrupt = max(sums[n] for n in table.interrupts)
    total = frame + entry + interrupt + 8
    print(f'\nuser frame {frame} + deepest entry {entry} + interrupt {interrupt} + owner 8 = '
          f'{total} of {args.size} bytes, {args.size - total} left')
    for text in search.problems.values():
        print('not to be trusted: ' + text)
    return bool(search.problems) or total > args.size


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--table', type=pathlib.Path, required=True)
    ap.add_argument('--offsets', type=pathlib.Path, required=True, help='gen/asm-offsets.h')
    ap.add_argument('--size', type=int, required=True, help='bytes of a kernel stack')
    ap.add_argument('ci', type=pathlib.Path, nargs='+')
    try:
        return measure(ap.parse_args())
    except (Problem, OSError) as e:
        print(e, file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.setrecursionlimit(10000)
    sys.exit(main())
