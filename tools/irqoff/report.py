# SPDX-License-Identifier: MIT
"""The report of what the plugin saw, summed up over several runs."""
import collections
import json

SLOW = ('MSR', 'CR', 'TLB', 'XSAVE', 'serialising', 'MMIO', 'port', 'cache')
FORBIDDEN = ('port', 'cache')
BARS = (25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2000, 5000, 10000, 1 << 62)


class Stretch:
    """All stretches from one address to another; the steps are of the longest."""

    def __init__(self):
        self.count = self.total = self.longest = 0
        self.slow = [0] * len(SLOW)
        self.steps = []
        self.key = None

    def slow_sum(self):
        return sum(self.slow)

    def merge(self, other):
        self.count += other.count
        self.total += other.total
        if other.longest > self.longest:
            self.longest, self.steps = other.longest, other.steps
        self.slow = max(self.slow, other.slow, key=sum)


class Data:
    def __init__(self):
        self.lengths = collections.Counter()
        self.stretches = collections.defaultdict(Stretch)
        self.visits = {}
        self.functions = collections.defaultdict(lambda: [0, 0])
        self.popf = self.lost = self.surprises = 0
        self.stopped = False

    def read(self, path):
        """One file of the plugin. Returns False if it is not whole."""
        last = None
        for line in path.read_text().splitlines():
            word, *rest = line.split()
            if word == 'step':
                last.steps.append((int(rest[1], 16), int(rest[2])))
                continue
            if last:
                self.stretches[last.key].merge(last)
            last = self.read_stretch(rest) if word == 'stretch' else None
            self.read_line(word, rest)
        return word == 'end'

    def read_stretch(self, rest):
        found = Stretch()
        found.key = (int(rest[0], 16), int(rest[1], 16))
        found.count, found.total, found.longest = map(int, rest[2:5])
        found.slow = [int(n) for n in rest[5:]]
        return found

    def read_line(self, word, rest):
        if word == 'length':
            self.lengths[int(rest[0])] += int(rest[1])
        elif word == 'visits':
            key = (int(rest[0], 16), int(rest[1]), int(rest[2]))
            new = [int(n) for n in rest[3:]]
            old = self.visits.get(key, [0] * 5)
            self.visits[key] = [a + b for a, b in zip(old[:3], new[:3])] + \
                [max(a, b) for a, b in zip(old[3:], new[3:])]
        elif word == 'function':
            for i in (0, 1):
                self.functions[int(rest[0], 16)][i] += int(rest[1 + i])
        elif word == 'popf':
            self.popf += int(rest[0])
        elif word == 'surprise':
            self.surprises += int(rest[0])
        elif word in ('lost', 'dropped'):
            self.lost += int(rest[0])
        elif word == 'stopped':
            self.stopped |= rest[0] != '0'


class Report:
    def __init__(self, kernel, data, args):
        self.kernel, self.data, self.args = kernel, data, args

    def show(self):
        self.histogram()
        bad = self.stretches()
        self.visits()
        self.functions()
        return self.verdict(bad)

    def histogram(self):
        counts = collections.Counter()
        for length, n in self.data.lengths.items():
            counts[next(b for b in BARS if length <= b)] += n
        everything = sum(counts.values())
        print(f'\n{everything} stretches with interrupts off\n'
              '  instructions      stretches')
        low = 1
        for bar in BARS:
            if counts[bar]:
                width = round(50 * counts[bar] / everything)
                high = bar if bar < 1 << 62 else ''
                print(f'  {low:>6} .. {high:<6} {counts[bar]:>10} {"#" * width}')
            low = bar + 1

    def is_bad(self, s):
        return (s.longest > self.args.limit or s.slow_sum() > self.args.slow_limit
                or any(s.slow[SLOW.index(f)] for f in FORBIDDEN))

    def order(self):
        """All stretches, the longest first."""
        return sorted(self.data.stretches.items(), key=lambda kv: -kv[1].longest)

    def json(self):
        rows = [{'from': self.kernel.function(start), 'to': self.kernel.function(end),
                 'longest': s.longest, 'count': s.count, 'average': round(s.total / s.count, 1),
                 'slow': dict(zip(SLOW, s.slow)), 'bad': self.is_bad(s)}
                for (start, end), s in self.order()]
        return json.dumps({'limit': self.args.limit, 'slow limit': self.args.slow_limit,
                           'longest': max(self.data.lengths, default=0),
                           'lengths': dict(sorted(self.data.lengths.items())),
                           'stretches': rows}, indent=1) + '\n'

    def stretches(self):
        """The longest ones, each way from function to function once. Returns those too long."""
        ways = {}
        order = self.order()
        for (start, end), s in order:
            if any(self.kernel.function(pc) == self.args.without for pc, _ in s.steps):
                continue
            way = (self.kernel.function(start), self.kernel.function(end))
            ways.setdefault(way, ((start, end), s))
        bad = [kv for kv in order if self.is_bad(kv[1])]
        shown = list(ways.values())[:self.args.top]
        shown += [kv for kv in bad if kv[1].longest <= self.args.limit and kv not in shown]
        print(f'\nThe longest, with the way through each (limit {self.args.limit})')
        places = self.kernel.places([a for key, _ in shown for a in key])
        for number, (key, s) in enumerate(shown, 1):
            self.stretch(number, key, s, places)
        return bad

    def stretch(self, number, key, s, places):
        slow = ', '.join(f'{n} {w}' for n, w in zip(s.slow, SLOW) if n) or 'none'
        print(f'\n{number:>3}. {s.longest} instructions; {s.count} times, '
              f'{s.total / s.count:.0f} on average; slow: {slow}')
        for word, addr in zip(('from', 'to  '), key):
            print(f'     {word} {addr:x} {" < ".join(places[addr])}')
        steps = [(self.kernel.function(pc), n) for pc, n in s.steps]
        if not self.args.all_steps:
            sums = collections.Counter()
            for name, n in steps:
                sums[name] += n
            steps = list(sums.items())
        line = '    '
        for name, n in steps:
            if len(line) + len(name) > 92:
                print(line)
                line = '    '
            line += f' {name} {n},'
        print(line.rstrip(','))

    def visits(self):
        print('\nVisits to the kernel, from user mode to user mode; instructions on average and '
              'at most\n     count  average     most      off  longest off')
        rows = sorted(self.data.visits.items(), key=lambda kv: -(kv[1][1] + kv[1][2]))
        ends = ('', ', idles', ', ends in another thread', ', idles, ends in another thread')
        for (entry, kind, flags), (count, on, off, most, longest) in rows:
            print(f'{count:>10} {(on + off) / count:>8.0f} {most:>8} {off / count:>8.0f} '
                  f'{longest:>12}  {self.kernel.function(entry)}: {self.kernel.classes[kind]}'
                  f'{ends[flags]}')

    def functions(self):
        sums = collections.defaultdict(lambda: [0, 0])
        for addr, (on, off) in self.data.functions.items():
            sums[self.kernel.function(addr)][0] += on
            sums[self.kernel.function(addr)][1] += off
        everything = sum(map(sum, sums.values()))
        print(f'\nWhere {everything} instructions were executed\n     share       on      off')
        for name, (on, off) in sorted(sums.items(), key=lambda kv: -sum(kv[1]))[:20]:
            print(f'    {100 * (on + off) / everything:>5.1f}% {on:>8} {off:>8}  {name}')

    def verdict(self, bad):
        print()
        data = self.data
        if data.popf or data.surprises or data.lost or not data.lengths:
            print(f'not to be trusted: POPF {data.popf} times, CLI or STI in the wrong state '
                  f'{data.surprises} times, {data.lost} records lost, {len(data.lengths)} lengths')
            return 2
        if self.data.stopped:
            print('the kernel panicked: counted until then')
        longest = max(self.data.lengths)
        print(f'longest stretch {longest}, limit {self.args.limit}; {len(bad)} ways break rule S1')
        return 1 if bad else 0
