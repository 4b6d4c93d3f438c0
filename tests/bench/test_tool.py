#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Test the tool of the benchmarks; speaks TAP.

  test_tool.py               what needs no machine
  test_tool.py repeat IMAGE  two runs of a guest count the same
"""
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tools/bench'))
import guests  # noqa: E402
import report  # noqa: E402
import size  # noqa: E402
import stats  # noqa: E402

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def refused(lines):
    try:
        stats.parse(lines)
    except stats.BadLog:
        return True
    return False


@test
def a_series_is_read_without_loss():
    assert stats.parse(['@ a 5 2', 'noise', '@ a 7 1', '@ a end 3']) == {'a': {5: 2, 7: 1}}


@test
def a_cut_or_doubled_series_is_refused():
    assert refused(['@ a 5 2', '@ a end 3'])
    assert refused(['@ a 5 2'])
    assert refused(['@ a 5 1', '@ a end 1', '@ a 5 1', '@ a end 1'])


@test
def quantiles_are_values_that_occurred():
    numbers = stats.summary({10: 98, 20: 1, 30: 1})
    assert numbers == {'min': 10, 'median': 10, 'p99': 20, 'max': 30, 'count': 100}


@test
def more_than_three_percent_is_worse():
    old, new = {'a': stats.summary({100: 1})}, {'a': stats.summary({103: 1})}
    assert not list(stats.regressions(new, old, {}))
    new = {'a': stats.summary({104: 1})}
    assert list(stats.regressions(new, old, {})) == [('a', 'median', 100, 104)]
    assert not list(stats.regressions(new, old, {'a': {'judged': False}}))
    assert list(stats.regressions({}, old, {}))


@test
def the_worst_counts_where_it_is_promised():
    old, new = {'a': stats.summary({100: 9, 200: 1})}, {'a': stats.summary({100: 9, 300: 1})}
    assert not list(stats.regressions(new, old, {'a': {}}))
    assert list(stats.regressions(new, old, {'a': {'limit': 500}})) == [('a', 'max', 200, 300)]


@test
def lines_of_code_are_counted_without_comments():
    with tempfile.TemporaryDirectory() as tmp:
        path = pathlib.Path(tmp) / 'a.c'
        path.write_text('/* one\n * two */\nint a; // three\n\nint b; /* four */\n')
        assert size.lines_of(path) == 2


@test
def a_picture_shows_every_sample():
    columns, _ = report.bars({1: 1, 1000: 5, 1001: 7})
    assert sum(c for _, c in columns) == 13
    assert report.svg('a < b', {1: 1, 9: 1}).count('<title>') == 9


def repeat(image):
    def two_runs_count_the_same():
        first, second = (stats.parse(guests.run(image)) for _ in range(2))
        assert first and first == second
    return [two_runs_count_the_same]


def main():
    tests = repeat(sys.argv[2]) if sys.argv[1:2] == ['repeat'] else TESTS
    print(f'1..{len(tests)}')
    failed = 0
    for number, function in enumerate(tests, 1):
        try:
            function()
            print(f'ok {number} - bench/{function.__name__}')
        except (AssertionError, guests.Failed, stats.BadLog) as e:
            failed += 1
            print(f'# {type(e).__name__} {e}'.replace('\n', '\n# '))
            print(f'not ok {number} - bench/{function.__name__}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
