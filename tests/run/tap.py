# SPDX-License-Identifier: MIT
"""Judge one stream of TAP: the results, the plan and the exit code must tell the same story."""
import dataclasses
import re

PLAN = re.compile(r'^1\.\.(\d+)\s*(#.*)?$')
RESULT = re.compile(r'^(not )?ok\b\s*(\d+)?\s*(?:-\s*)?(.*)$')
TIME_IS_OVER = 124


@dataclasses.dataclass
class Result:
    passed: int
    failed: int
    lines: list
    reasons: list

    def story(self):
        """What a reader needs after a failure: failed tests with their notes, then the reasons."""
        notes, out = [], []
        for line in self.lines:
            m = RESULT.match(line)
            if not m:
                notes.append(line)
            else:
                if m[1]:
                    out += notes[-40:] + [line]
                notes = []
        if self.reasons and not any(n.strip() for n in notes):
            notes = self.lines
        return out + notes[-60:] + ['# ' + r for r in self.reasons]


def judge(lines, code):
    """code is the exit code, None if the program had to be ended."""
    plan, passed, failed, reasons = None, 0, 0, []
    for line in lines:
        m = PLAN.match(line)
        if m:
            if plan is not None:
                reasons.append('the plan was printed twice')
            plan = int(m[1])
            continue
        m = RESULT.match(line)
        if m:
            if m[2] and int(m[2]) != passed + failed + 1:
                reasons.append(f'test {passed + failed + 1} has number {m[2]}')
            if m[1]:
                failed += 1
            else:
                passed += 1
    if plan is None:
        reasons.append('no plan was printed')
    elif plan != passed + failed:
        reasons.append(f'{plan} tests were planned, {passed + failed} were reported')
    if code in (None, TIME_IS_OVER):
        reasons.append('time is over')
    elif code != 0 and not failed:
        reasons.append(f'exit code {code}')
    elif code == 0 and failed:
        reasons.append('exit code 0 in spite of failures')
    return Result(passed, failed + bool(reasons), lines, reasons)
