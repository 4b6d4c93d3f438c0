#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Is what the plugin counts right? TAP about a guest whose stretches are known (guest.S)."""
import argparse
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'irqoff'))
from kernel import Kernel  # noqa: E402
from report import Data, SLOW  # noqa: E402

ENTRY, USER = 'x86_syscall_entry', 'leave_iret_user'
# A sentence, and what it speaks of: functions in which stretches begin and end, their lengths.
LENGTHS = (
    ('a_call_that_stays_off_counts_from_entry_to_sysret', ENTRY, 'case_whole_call', [100]),
    ('cli_to_sti_of_1000_is_1000', 'case_1000', 'case_1000', [1, 1000]),
    ('an_entry_ends_behind_its_first_sti', ENTRY, 'case_1000', [3]),
    ('a_loop_of_10000_is_10000', 'case_loop_10000', 'case_loop_10000', [1, 10000]),
    # 500 rounds and STI and the one behind it; under icount the end of the loop is one more
    ('a_string_instruction_counts_once_per_round', 'case_string', 'case_string', [2, 503]),
    ('an_interrupt_of_the_kernel_counts_from_its_entry_to_iret', 'x86_irq_entries', 'irq_common',
     [45]),
    ('behind_an_interrupt_of_the_kernel_interrupts_are_on', 'case_interrupt', 'case_interrupt',
     [1]),
    ('sti_and_cli_in_a_row_let_nothing_in', 'case_no_gap', 'case_no_gap', [1, 22]),
    ('a_fault_at_the_first_user_instruction_is_a_stretch_of_its_own', 'trap_14', USER, [10]),
    ('before_it_the_way_to_user_mode_was_one', ENTRY, 'case_fetch_fault', [3]),
    ('a_fault_of_iret_goes_on_with_the_stretch', ENTRY, USER, [20]),
)
SLOW_ONES = {'MSR': 1, 'CR': 1, 'TLB': 1, 'serialising': 1, 'XSAVE': 1, 'MMIO': 1, 'port': 1,
             'cache': 1}


def measure(args):
    kernel = Kernel(args.guest)
    args.out.mkdir(parents=True, exist_ok=True)
    syms, raw = args.out / 'guest.syms', args.out / 'guest.raw'
    kernel.write_symbols(syms)
    raw.unlink(missing_ok=True)
    options = {'syms': syms, 'out': raw, **kernel.plugin_arguments()}
    plugin = ','.join([str(args.plugin), *(f'{k}={v}' for k, v in options.items())])
    status = subprocess.run(
        ['qemu-system-x86_64', '-cpu', 'max', '-m', '64', '-display', 'none', '-no-reboot',
         '-nic', 'none', '-serial', 'none', '-monitor', 'none', '-device',
         'isa-debug-exit,iobase=0x501,iosize=2', '-icount', 'shift=0,sleep=off', '-kernel',
         args.guest, '-plugin', plugin], timeout=30, check=False).returncode
    data = Data()
    whole = raw.exists() and data.read(raw)
    return kernel, data, status == 1 and whole


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--plugin', type=pathlib.Path, required=True)
    ap.add_argument('--guest', required=True)
    ap.add_argument('--out', type=pathlib.Path, required=True)
    args = ap.parse_args()
    kernel, data, whole = measure(args)

    results = [('the_guest_ends_and_the_plugin_reports', whole, True)]
    for sentence, start, end, wanted in LENGTHS:
        seen = sorted(s.longest for (a, b), s in data.stretches.items()
                      if (kernel.function(a), kernel.function(b)) == (start, end))
        results.append((sentence, seen, wanted))
    slow = max((s.slow for (a, _), s in data.stretches.items()
                if kernel.function(a) == 'case_slow'), key=sum, default=[])
    results.append(('every_kind_of_slow_instruction_is_seen_once',
                    dict(zip(SLOW, slow)), SLOW_ONES))

    print(f'1..{len(results)}')
    for number, (sentence, seen, wanted) in enumerate(results, 1):
        print(f'{"ok" if seen == wanted else "not ok"} {number} - irqoff/{sentence}')
        if seen != wanted:
            print(f'# expected {wanted}, counted {seen}')
    return any(seen != wanted for _, seen, wanted in results)


if __name__ == '__main__':
    sys.exit(main())
