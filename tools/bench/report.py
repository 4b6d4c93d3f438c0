# SPDX-License-Identifier: MIT
"""Numbers for people: a table (Markdown), a page (HTML), and a picture per latency (SVG)."""
import html

STATS = ('min', 'median', 'p99', 'max', 'count')
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 240, 60, 40, 30
COLUMNS = 90

STYLE = '''body { font: 15px/1.4 sans-serif; margin: 2em; max-width: 75em }
table { border-collapse: collapse } td, th { padding: .15em .7em; text-align: right }
td:first-child, th:first-child { text-align: left } tr:nth-child(even) { background: #f2f4f6 }
tr.head td { font-weight: bold; background: #dde3e8 } .over { color: #b00020; font-weight: bold }
img { display: inline-block; margin: .5em }'''


def number(n):
    return f'{n:,}'


class Row:
    """One metric as cells of text."""

    def __init__(self, name, numbers, metric, old, columns):
        self.name = name
        self.title = metric.get('title', name)
        self.limit = metric.get('limit')
        self.over = self.limit is not None and numbers['max'] > self.limit
        self.single = numbers['count'] == 1
        self.stats = [number(numbers[s]) for s in STATS]
        if self.single:
            self.stats = ['', self.stats[1], '', '', '']
        self.change = ''
        if old and old['median']:
            percent = 100 * (numbers['median'] - old['median']) / old['median']
            self.change = '=' if numbers['median'] == old['median'] else f'{percent:+.1f} %'
        peers = metric.get('peers', {})
        self.peers = [str(peers.get(c, '')) for c in columns]

    def cells(self):
        limit = '' if self.limit is None else f'{self.limit:,}' + (' !' if self.over else '')
        return [self.title, *self.stats, limit, self.change, *self.peers]


def heads(columns):
    return ['instructions', *STATS, 'limit', 'change', *columns]


def sections(rows, metrics):
    """Yield (headline, rows): the rows of a section are in the order of metrics.json."""
    order = {name: i for i, name in enumerate(metrics)}
    by_section = {}
    for row in sorted(rows, key=lambda r: order.get(r.name, len(order))):
        section = metrics.get(row.name, {}).get('section', 'other')
        by_section.setdefault(section, []).append(row)
    return by_section.items()


def markdown(rows, metrics, columns):
    head = heads(columns)
    out = ['| ' + ' | '.join(head) + ' |', '|---|' + '--:|' * (len(head) - 1)]
    for section, members in sections(rows, metrics):
        out.append(f'| **{section}** |' + ' |' * (len(head) - 1))
        out += ['| ' + ' | '.join(row.cells()) + ' |' for row in members]
    return '\n'.join(out) + '\n'


def page(rows, metrics, columns, pictures, notes):
    head = heads(columns)
    out = ['<!doctype html>', '<meta charset="utf-8">', '<title>Stretto: instructions</title>',
           f'<style>{STYLE}</style>', '<h1>What operations cost</h1>']
    out += [f'<p>{html.escape(n)}</p>' for n in notes]
    out.append('<table><tr>' + ''.join(f'<th>{html.escape(h)}</th>' for h in head) + '</tr>')
    for section, members in sections(rows, metrics):
        out.append(f'<tr class="head"><td colspan="{len(head)}">{html.escape(section)}</td></tr>')
        for row in members:
            cells = ''.join(f'<td>{html.escape(c)}</td>' for c in row.cells())
            out.append(f'<tr{" class=over" if row.over else ""}>{cells}</tr>')
    out.append('</table>')
    out += [f'<img src="{p}" alt="{p}">' for p in pictures]
    return '\n'.join(out) + '\n'


def bars(histogram):
    """[(lowest value, count)] of equally wide columns."""
    low, high = min(histogram), max(histogram)
    width = max(1, -(-(high - low + 1) // COLUMNS))
    counts = {}
    for value, count in histogram.items():
        counts[(value - low) // width] = counts.get((value - low) // width, 0) + count
    return [(low + i * width, counts.get(i, 0)) for i in range(max(counts) + 1)], width


def height_of(count):
    """Columns grow with the number of digits, so that a single sample can be seen."""
    return 0 if count == 0 else 1 + 4 * (len(f'{count:b}') - 1)


def svg(title, histogram, limit=None):
    columns, width = bars(histogram)
    tallest = max(height_of(c) for _, c in columns)
    step = (WIDTH - LEFT - 10) / len(columns)
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    total = sum(histogram.values())
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="#fff"/>',
           f'<text x="{LEFT}" y="18" font-weight="bold">{html.escape(title)}</text>']
    for i, (value, count) in enumerate(columns):
        h = room * height_of(count) / tallest
        out.append(f'<rect x="{LEFT + i * step:.1f}" y="{floor - h:.1f}" '
                   f'width="{max(step - 1, 1):.1f}" height="{h:.1f}" fill="#37648c">'
                   f'<title>{value}...{value + width - 1}: {count}</title></rect>')
    worst = max(histogram)
    note = f'{total:,} samples, least {min(histogram):,}, worst {worst:,} instructions'
    if limit is not None:
        note += f', promised {limit:,}'
    out += [f'<line x1="{LEFT}" y1="{floor}" x2="{WIDTH - 10}" y2="{floor}" stroke="#333"/>',
            f'<text x="{LEFT}" y="{floor + 15}">{min(histogram):,}</text>',
            f'<text x="{WIDTH - 10}" y="{floor + 15}" text-anchor="end">{worst:,}</text>',
            f'<text x="{LEFT}" y="{floor + 32}" fill="#555">{note}; heights: logarithm</text>',
            '</svg>']
    return '\n'.join(out) + '\n'
