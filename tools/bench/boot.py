# SPDX-License-Identifier: MIT
"""How long a boot takes, counted from the kernel's first instruction.

Nothing in the guest knows that it is watched: QEMU stops it at an address, and the counter is read
by letting the guest execute one instruction more, RDTSC in the place of what is there. (With the
clock of the guest being the number of instructions, stopping costs nothing.)
"""
import contextlib
import pathlib
import re
import socket
import struct
import subprocess
import tempfile

import guests

RDTSC = b'\x0f\x31'
RAX, RDX, RIP = 0, 3, 16  # positions in the packet of registers
SECONDS = 60
ATTEMPTS = 10000


class Stub:
    """The least of the remote protocol of debuggers that is needed here."""

    def __init__(self, path):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(SECONDS)
        self.s.connect(str(path))
        self.buffer = b''

    def byte(self):
        if not self.buffer:
            self.buffer = self.s.recv(4096)
            if not self.buffer:
                raise guests.Failed('the machine is gone')
        first, self.buffer = self.buffer[:1], self.buffer[1:]
        return first

    def ask(self, text):
        body = text.encode()
        self.s.sendall(b'$' + body + b'#' + f'{sum(body) & 255:02x}'.encode())
        while self.byte() != b'$':
            pass
        answer = b''
        while (c := self.byte()) != b'#':
            answer += c
        self.byte(), self.byte()
        self.s.sendall(b'+')
        return answer.decode()

    def registers(self):
        return bytearray(bytes.fromhex(self.ask('g')))

    def set_registers(self, regs):
        self.ask('G' + regs.hex())

    def read(self, address, length):
        answer = self.ask(f'm{address:x},{length:x}')
        return b'' if answer.startswith('E') else bytes.fromhex(answer)

    def write(self, address, data):
        self.ask(f'M{address:x},{len(data):x}:{data.hex()}')

    def run_to(self, address, code):
        """Run until these bytes are about to be executed at this address."""
        for _ in range(ATTEMPTS):
            self.ask(f'Z1,{address:x},1')
            self.ask('c')
            self.ask(f'z1,{address:x},1')
            if register(self.registers(), RIP) == address and self.read(address, len(code)) == code:
                return
            self.ask('s')  # another program has other code there: pass it by
        raise guests.Failed(f'{address:#x} is not reached')

    def counter(self):
        """The time-stamp counter here; everything is as it was before."""
        regs = self.registers()
        address = register(regs, RIP)
        code = self.read(address, len(RDTSC))
        self.write(address, RDTSC)
        self.ask('s')
        after = self.registers()
        self.write(address, code)
        self.set_registers(regs)
        return (register(after, RDX) & 0xffffffff) << 32 | register(after, RAX) & 0xffffffff


def register(regs, number):
    return struct.unpack_from('<Q', regs, 8 * number)[0]


def symbol(elf, name):
    """Where a function will run, and the first bytes of its code. None is the entry point: there
    the memory is not yet mapped, so its physical address counts."""
    out = subprocess.run(['readelf', '-lsW', str(elf)], capture_output=True, text=True,
                         check=True).stdout
    if name is None:
        address = int(re.search(r'^Entry point (0x[0-9a-f]+)', out, re.M)[1], 16)
    else:
        address = int(re.search(rf'^ *\d+: ([0-9a-f]+) .* {name}$', out, re.M)[1], 16)
    for m in re.finditer(r'^ +LOAD +(0x\S+) (0x\S+) (0x\S+) (0x\S+)', out, re.M):
        offset, virtual, physical, size = (int(v, 16) for v in m.groups())
        for base in (virtual, physical):
            if base <= address < base + size:
                with open(elf, 'rb') as f:
                    f.seek(offset + address - base)
                    return address + (0 if name else physical - base), f.read(8)
    raise guests.Failed(f'{elf}: no code for {name or "the entry point"}')


def measure(image, kernel, programs):
    marks = [('boot.entry', symbol(kernel, None)), ('boot.user', symbol(programs / 'sigma0', None)),
             ('boot.hello', symbol(programs / 'hello', 'main'))]
    with tempfile.TemporaryDirectory() as tmp:
        path = pathlib.Path(tmp) / 'gdb'
        cmd = guests.command(image) + ['-serial', 'null', '-S', '-chardev',
                                       f'socket,path={path},server=on,wait=off,id=gdb',
                                       '-gdb', 'chardev:gdb']
        with subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
            try:
                counts = watch(path, marks)
            finally:
                p.kill()
    start = counts.pop('boot.entry')
    return {name: {count - start: 1} for name, count in counts.items()}


def watch(path, marks):
    for _ in range(100):
        with contextlib.suppress(OSError):
            stub = Stub(path)
            break
        subprocess.run(['sleep', '0.1'], check=True)
    else:
        raise guests.Failed('QEMU does not answer')
    stub.ask('?')
    counts = {}
    for name, (address, code) in marks:
        stub.run_to(address, code)
        counts[name] = stub.counter()
    return counts
