# SPDX-License-Identifier: MIT
"""Series of numbers: from the console of a guest to what is kept, shown and compared.

The guest prints '@ name value count' for every different value and '@ name end samples'.
"""
import re

LINE = re.compile(r'^@ (\S+) (end|\d+) (\d+)$')
TOLERANCE = 0.03


class BadLog(Exception):
    """A series that is cut, or that comes twice."""


def parse(lines):
    """Returns {name: {value: count}} in the order of the console."""
    series, closed = {}, set()
    for line in lines:
        m = LINE.match(line)
        if not m:
            continue
        name, value, count = m[1], m[2], int(m[3])
        if name in closed:
            raise BadLog(f'the series {name} was printed twice')
        if value == 'end':
            closed.add(name)
            if sum(series.get(name, {}).values()) != count:
                raise BadLog(f'lines of the series {name} are missing')
        else:
            series.setdefault(name, {})[int(value)] = count
    unfinished = series.keys() - closed
    if unfinished:
        raise BadLog(f'the series {", ".join(sorted(unfinished))} has no end')
    return series


def quantile(histogram, share):
    """The least value that is not exceeded by this share of the samples."""
    wanted, seen = share * sum(histogram.values()), 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted:
            return value
    raise ValueError('no samples')


def summary(histogram):
    return {'min': min(histogram), 'median': quantile(histogram, 0.5),
            'p99': quantile(histogram, 0.99), 'max': max(histogram),
            'count': sum(histogram.values())}


def judged(metric):
    """Which numbers of a metric may not grow: the usual case, and the worst if it has a limit."""
    if not metric.get('judged', True):
        return ()
    return ('median', 'max') if 'limit' in metric else ('median',)


def regressions(now, baseline, metrics):
    """Yield (name, what, before, after) for everything that is more than 3 % worse."""
    for name, old in baseline.items():
        metric = metrics.get(name, {})
        if name not in now:
            yield name, 'count', old['count'], 0
            continue
        for what in judged(metric):
            if now[name][what] > old[what] * (1 + TOLERANCE):
                yield name, what, old[what], now[name][what]
