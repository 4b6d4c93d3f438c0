/* SPDX-License-Identifier: MIT */
/*
 * Descriptor tables.
 *
 * The interrupt table is one for all CPUs, filled once and then read-only. Segments and TSS
 * are per CPU, because the TSS is. Until a CPU has its area, it uses a small set of its own,
 * so that an exception during boot is reported instead of resetting the machine.
 */
#include <arch/impl/desc.h>

#include <arch/impl/init.h>
#include <arch/impl/mmu.h>
#include <arch/impl/msr.h>

struct x86_gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type;
    uint16_t offset_mid;
    uint32_t offset_high;
    uint32_t reserved;
};

_Static_assert(sizeof(struct x86_gate) == 16, "interrupt gate of the CPU");

struct x86_table {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

#define GATE_RING0 0x8e /* present interrupt gate: interrupts go off */
#define GATE_RING3 0xee /* INT n of user mode may use it */

#define IRQ_PIECE_BYTES 16u

/* entry.S */
extern const uint64_t x86_trap_entries[X86_VEC_DEVICE_FIRST];
extern const char x86_irq_entries[];

static struct x86_gate idt[X86_VEC_COUNT] ro_after_boot;

static uint64_t boot_gdt[X86_GDT_WORDS] init_data;
static struct x86_tss boot_tss init_data;
static uint8_t boot_stack[ARCH_PAGE_SIZE] init_data __attribute__((aligned(16)));

static void gate_set(unsigned vec, uint64_t entry, unsigned ist, uint8_t type)
{
    idt[vec] = (struct x86_gate){
        .offset_low = (uint16_t)entry,
        .selector = X86_SEL_KERNEL_CS,
        .ist = (uint8_t)ist,
        .type = type,
        .offset_mid = (uint16_t)(entry >> 16),
        .offset_high = (uint32_t)(entry >> 32),
    };
}

init_text void x86_idt_init(void)
{
    for (unsigned v = 0; v < X86_VEC_DEVICE_FIRST; v++)
        gate_set(v, x86_trap_entries[v], 0, GATE_RING0);
    for (unsigned v = X86_VEC_DEVICE_FIRST; v < X86_VEC_COUNT; v++)
        gate_set(v, (uint64_t)x86_irq_entries + (v - X86_VEC_DEVICE_FIRST) * IRQ_PIECE_BYTES, 0,
                 GATE_RING0);

    idt[X86_TRAP_DB].ist = X86_IST_DB;
    idt[X86_TRAP_NMI].ist = X86_IST_NMI;
    idt[X86_TRAP_DF].ist = X86_IST_DF;
    idt[X86_TRAP_MC].ist = X86_IST_MC;
    idt[X86_TRAP_BP].type = GATE_RING3;
    idt[X86_TRAP_OF].type = GATE_RING3;
}

static void gdt_fill(uint64_t *gdt, const struct x86_tss *tss, uint64_t limit)
{
    const uint64_t base = (uint64_t)tss;
    const uint64_t present_tss = 0x89ull << 40;

    gdt[0] = 0;
    gdt[X86_SEL_KERNEL_CS / 8] = X86_DESC_KERNEL_CODE;
    gdt[X86_SEL_KERNEL_SS / 8] = X86_DESC_KERNEL_DATA;
    gdt[X86_SEL_USER_CS32 / 8] = X86_DESC_USER_CODE32;
    gdt[X86_SEL_USER_DS / 8] = X86_DESC_USER_DATA;
    gdt[X86_SEL_USER_CS64 / 8] = X86_DESC_USER_CODE64;
    gdt[X86_SEL_TSS / 8] = (limit & 0xffff) | (limit & 0xf0000) << 32 | (base & 0xffffff) << 16 |
                           (base & 0xff000000) << 32 | present_tss;
    gdt[X86_SEL_TSS / 8 + 1] = base >> 32;
    for (unsigned i = 0; i < X86_GDT_USER_COUNT; i++)
        gdt[X86_GDT_USER_FIRST + i] = 0;
}

static void tables_load(const uint64_t *gdt)
{
    const struct x86_table g = { X86_GDT_WORDS * 8 - 1, (uint64_t)gdt };
    const struct x86_table i = { sizeof(idt) - 1, (uint64_t)idt };

    __asm__ volatile("lgdt %0" : : "m"(g));
    __asm__ volatile("lidt %0" : : "m"(i));
    __asm__ volatile("ltr %w0" : : "r"(X86_SEL_TSS));
    __asm__ volatile("lldt %w0" : : "r"(0));

    /* CS by a far return, SS directly, the others empty: user mode's come with its bank */
    __asm__ volatile("pushq %0\n\t"
                     "lea 1f(%%rip), %%rax\n\t"
                     "push %%rax\n\t"
                     "lretq\n"
                     "1:\tmov %w1, %%ss\n\t"
                     "mov %w2, %%ds\n\t"
                     "mov %w2, %%es\n\t"
                     "mov %w2, %%fs\n\t"
                     "mov %w2, %%gs"
                     :
                     : "i"(X86_SEL_KERNEL_CS), "r"(X86_SEL_KERNEL_SS), "r"(0)
                     : "rax", "memory");
}

init_text void x86_desc_boot(void)
{
    /* the top two words: no area yet */
    const uint64_t top = (uint64_t)boot_stack + sizeof(boot_stack) - 16;

    boot_tss.iomap_base = X86_IOMAP_NONE;
    for (unsigned i = 0; i < X86_IST_COUNT; i++)
        boot_tss.ist[i] = top;
    gdt_fill(boot_gdt, &boot_tss, sizeof(boot_tss) - 1);
    tables_load(boot_gdt);
}

void x86_desc_init(struct arch_cpu *c)
{
    for (unsigned i = 1; i <= X86_IST_COUNT; i++) {
        const uintptr_t top = x86_ist_top(c, i);

        *(struct arch_cpu **)top = c;
        c->tss.ist[i - 1] = top;
    }
    for (unsigned i = 0; i < X86_IO_WORDS; i++)
        c->io_denied[i] = ~0ull;
    c->io_end = ~0ull;
    c->tss.iomap_base = X86_IOMAP_NONE;

    gdt_fill(c->gdt, &c->tss, X86_TSS_LIMIT);
    tables_load(c->gdt);
    wrmsr(MSR_GS_BASE, (uint64_t)c); /* loading the selector cleared it */
    wrmsr(MSR_KERNEL_GS_BASE, 0);
}
