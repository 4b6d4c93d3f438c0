#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run the benchmarks, show them beside their peers, compare them with the baseline.

Writes <group>.json, table.md, index.html and a picture per latency below --out. The exit code is 1
if a guest failed or something is more than 3 % worse than the baseline.
"""
import argparse
import json
import pathlib
import sys
import time

sys.dont_write_bytecode = True
import boot  # noqa: E402
import guests  # noqa: E402
import report  # noqa: E402
import size  # noqa: E402
import stats  # noqa: E402

TESTS = pathlib.Path('tests/bench')
HOST_GROUPS = ('boot', 'size')


def read_json(path):
    return json.loads(path.read_text()) if path.exists() else {}


def write_json(path, value):
    """One metric per line: a change of the baseline can be read."""
    lines = [f'  {json.dumps(k)}: {json.dumps(v)}' for k, v in value.items()]
    path.write_text('{\n' + ',\n'.join(lines) + '\n}\n')


def metrics_read():
    """{name: title, section, limit, judged, peers} and the names of the peers."""
    metrics, peers = read_json(TESTS / 'metrics.json'), read_json(TESTS / 'peers.json')
    for name, cells in peers['rows'].items():
        metrics[name]['peers'] = cells
    return metrics, peers['columns']


def measure(group, args):
    """Returns {name: {value: count}}."""
    if group == 'boot':
        return boot.measure(args.images / 'hello.iso', args.kernel, args.programs)
    if group == 'size':
        return size.measure(args.kernel)
    return stats.parse(guests.run(args.images / f'bench-{group}.iso'))


def wanted(args):
    known = [*args.groups, *HOST_GROUPS]
    chosen = args.only or known
    unknown = [g for g in chosen if g not in known]
    if unknown:
        raise SystemExit(f'no group {" ".join(unknown)}; there are: {" ".join(known)}')
    return chosen


def run_all(args):
    """Measure group by group. Returns {group: series}, and whether all guests did their work."""
    done, ok = {}, True
    chosen = wanted(args)
    for number, group in enumerate(chosen, 1):
        start = time.monotonic()
        print(f'  BENCH   {group} ({number}/{len(chosen)})', end='', flush=True)
        try:
            done[group] = measure(group, args)
            print(f': {len(done[group])} metrics, {time.monotonic() - start:.0f} s', flush=True)
        except (guests.Failed, stats.BadLog) as e:
            ok = False
            print(f': failed\n{e}', flush=True)
    return done, ok


def write_reports(args, done, metrics, columns, baseline):
    rows, pictures = [], []
    for group, series in done.items():
        numbers = {name: stats.summary(h) for name, h in series.items()}
        write_json(args.out / f'{group}.json',
                   {n: {**numbers[n], 'histogram': sorted(series[n].items())} for n in series})
        for name, histogram in series.items():
            metric = metrics.get(name, {})
            rows.append(report.Row(name, numbers[name], metric, baseline.get(name), columns))
            if metric.get('picture'):
                pictures.append(f'{name}.svg')
                (args.out / pictures[-1]).write_text(
                    report.svg(metric['title'], histogram, metric.get('limit')))
    notes = ['Unit: instructions of the release kernel in QEMU under icount, user side included.',
             'change: against tests/bench/baseline. Peers: tests/bench/peers.json.']
    (args.out / 'table.md').write_text(report.markdown(rows, metrics, columns))
    (args.out / 'index.html').write_text(report.page(rows, metrics, columns, pictures, notes))
    return rows


def show(rows, metrics):
    """The table on a terminal: without the peers, which need a wide window."""
    for section, members in report.sections(rows, metrics):
        print(f'\n{section:52}' + ''.join(f'{s:>10}' for s in report.STATS) + '  change')
        for row in members:
            cells = ''.join(f'{c:>10}' for c in row.stats)
            flag = f'  above the limit of {row.limit:,}' if row.over else ''
            print(f'{row.title:52}{cells}  {row.change}{flag}')


def compare(done, metrics, baseline):
    """Returns whether nothing got worse."""
    ok = True
    for group, series in done.items():
        numbers = {name: stats.summary(h) for name, h in series.items()}
        for name, what, before, after in stats.regressions(numbers, baseline[group], metrics):
            print(f'worse: {name} {what} {before:,} -> {after:,}')
            ok = False
    return ok


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    listed = lambda text: [w for w in text.split(',') if w]  # noqa: E731
    ap.add_argument('--out', type=pathlib.Path, required=True)
    ap.add_argument('--images', type=pathlib.Path, required=True)
    ap.add_argument('--programs', type=pathlib.Path, required=True)
    ap.add_argument('--kernel', type=pathlib.Path, required=True)
    ap.add_argument('--groups', type=listed, required=True)
    ap.add_argument('--only', type=listed)
    ap.add_argument('--write-baseline', action='store_true')
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    metrics, columns = metrics_read()
    done, ok = run_all(args)
    baseline = {g: read_json(TESTS / 'baseline' / f'{g}.json') for g in done}
    flat = {name: b for group in baseline.values() for name, b in group.items()}
    rows = write_reports(args, done, metrics, columns, flat)
    show(rows, metrics)
    print(f'\n{args.out}/index.html  table.md  *.json')
    if args.write_baseline and ok:
        for group, series in done.items():
            write_json(TESTS / 'baseline' / f'{group}.json',
                       {name: stats.summary(h) for name, h in series.items()})
        return 0
    return 0 if compare(done, metrics, baseline) and ok else 1


if __name__ == '__main__':
    sys.exit(main())
