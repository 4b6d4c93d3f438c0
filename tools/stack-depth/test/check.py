#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does stack_depth.py add up right, and refuse what it cannot know? TAP about small programs."""
import pathlib
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(__file__).resolve().parents[1] / 'stack_depth.py'
SOURCE = '''
struct ops { int (*run)(int); };
void memory(volatile char *p);
int leaf(int n);
int other(int n);
int again(int n);
int entry(const struct ops *o, int n);
int handler(int n);
#define OWN __attribute__((noinline, noclone))
OWN int leaf(int n) { volatile char b[100]; memory(b); return b[n]; }
OWN int other(int n) { volatile char b[1000]; memory(b); return b[n]; }
OWN int again(int n) { return n ? again(n / 2) * leaf(n) + 1 : 0; }
OWN int entry(const struct ops *o, int n) { return o->run(n) + leaf(n) + %s; }
OWN int handler(int n) { return leaf(n) + 1; }
'''
TABLE = 'entry entry 8\ninterrupt handler 100\nframe memory 8\n'
# sentence, what entry() calls besides, more lines of the table, exit code, text that must appear
CASES = (
    ('the_deepest_way_goes_through_the_pointer', '0', 'pointer p.c:run other', 0, ' other 10'),
    ('a_pointer_to_nobody_leads_nowhere', '0', 'pointer p.c:run -', 0, ' leaf 1'),
    ('a_pointer_the_table_does_not_know_is_refused', '0', '', 1, 'p.c:run: whom may it reach?'),
    ('a_function_that_is_not_there_is_refused', '0', 'pointer p.c:run nobody', 1, 'nobody'),
    ('recursion_is_refused', 'again(n)', 'pointer p.c:run leaf', 1, 'recursion without a bound'),
    ('recursion_that_ends_is_counted_once', 'again(n)',
     'pointer p.c:run leaf\nonce again it is said to end', 0, 'entry: '),
    ('a_frame_without_bound_is_refused', '({ volatile char b[n]; memory(b); 0; })',
     'pointer p.c:run leaf', 1, 'has no bound'),
    ('a_stack_that_is_too_small_is_refused', '({ volatile char b[4000]; memory(b); 0; })',
     'pointer p.c:run leaf', 1, ' of 4096 bytes, -'),
)


def run(folder, besides, more):
    (folder / 'p.c').write_text(SOURCE % besides)
    (folder / 'table').write_text(TABLE + more + '\n')
    (folder / 'offsets').write_text('#define FRAME_SIZE 184\n')
    subprocess.run(['gcc', '-O2', '-fno-pie', '-fno-stack-protector', '-fcf-protection=none',
                    '-fcallgraph-info=su', '-c', 'p.c'], cwd=folder, check=True)
    p = subprocess.run([TOOL, '--table', 'table', '--offsets', 'offsets', '--size', '4096', 'p.ci'],
                       cwd=folder, capture_output=True, text=True, check=False)
    return p.returncode, p.stdout + p.stderr


def main():
    failed = 0
    print(f'1..{len(CASES)}')
    for number, (sentence, besides, more, code, text) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as tmp:
            seen, out = run(pathlib.Path(tmp), besides, more)
        ok = seen == code and text in out
        failed += not ok
        print(f'{"ok" if ok else "not ok"} {number} - stack_depth/{sentence}')
        if not ok:
            print(f'# expected {code} and "{text}", got {seen}:\n'
                  + '\n'.join('# ' + line for line in out.splitlines()))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
