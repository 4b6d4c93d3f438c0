# SPDX-License-Identifier: MIT
"""What the plugin and its report need to know of a kernel: functions, entries, lines."""
import bisect
import fnmatch
import pathlib
import subprocess

# Later classes count more: a system call that creates a thread also decodes a message.
CLASSES = pathlib.Path(__file__).with_name('classes.txt')
HIGH_HALF = 1 << 63


class Kernel:
    def __init__(self, elf):
        self.elf = elf
        out = subprocess.run(['nm', elf], capture_output=True, text=True, check=True).stdout
        self.symbols, self.address_of = {}, {}
        for addr, kind, name in (line.rsplit(maxsplit=2) for line in out.splitlines()
                                 if line[0] != ' '):
            # The linker script's marks share their address with a function: that one counts.
            if kind in 'tTwW' and int(addr, 16) >= HIGH_HALF and not name.startswith('image_'):
                self.symbols[int(addr, 16)] = name
                self.address_of[name] = int(addr, 16)
        self.addresses = sorted(self.symbols)
        self.classes = ['?']
        self.class_of = {}
        self.read_classes()

    def read_classes(self):
        for line in CLASSES.read_text().splitlines():
            pattern, _, name = line.partition('#')[0].strip().partition(' ')
            if not pattern:
                continue
            if name.strip() not in self.classes:
                self.classes.append(name.strip())
            for symbol in fnmatch.filter(self.address_of, pattern):
                self.class_of[symbol] = self.classes.index(name.strip())

    def function(self, addr):
        at = bisect.bisect_right(self.addresses, addr) - 1
        # What the compiler split off or specialised still belongs to the function of that name.
        return self.symbols[self.addresses[max(at, 0)]].split('.')[0]

    def behind(self, name):
        """The address of the next symbol."""
        return self.addresses[bisect.bisect_right(self.addresses, self.address_of[name])]

    def places(self, addrs):
        """Address -> 'function file:line' from the innermost inlined function outwards."""
        addrs = sorted(set(addrs))
        if not addrs:
            return {}
        p = subprocess.run(['addr2line', '-a', '-i', '-f', '-s', '-e', self.elf,
                            *(f'{a:x}' for a in addrs)], capture_output=True, text=True, check=True)
        found, lines = {}, iter(p.stdout.splitlines())
        current = None
        for line in lines:
            if line.startswith('0x'):
                current = found[int(line, 16)] = []
            else:
                current.append(f'{line} ({next(lines).split(" ")[0]})')
        return found

    def write_symbols(self, path):
        path.write_text(''.join(f'{a:x} {self.class_of.get(n, 0)} {n}\n'
                                for a, n in sorted(self.symbols.items())))

    def plugin_arguments(self):
        a = self.address_of
        optional = {'switch': 'arch_switch', 'stop': 'panic'}
        return {
            **{k: f'{a[v]:x}' for k, v in optional.items() if v in a},
            'kernel': f'{self.addresses[0]:x}',
            'entries': f'{a["trap_0"]:x}:{self.behind("x86_irq_entries"):x}',
            'iret-faults': f'{a["trap_10"]:x}:{a["trap_14"]:x}',
            'iret-user': f'{a["leave_iret_user"]:x}',
        }
