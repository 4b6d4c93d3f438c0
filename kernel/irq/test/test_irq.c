/* SPDX-License-Identifier: MIT */
#include <arch/irq.h>
#include <irq/irq.h>
#include <l4/sys/err.h>
#include <utest/utest.h>

/* A chip that remembers what was done to its pins. */
#define PINS 24u
static bool masked[IRQ_PINS_MAX];
static unsigned routed[IRQ_PINS_MAX];
static unsigned mode_set[IRQ_PINS_MAX];
static unsigned eois;
static bool masked_at_eoi;
static unsigned watched; /* pin whose mask state the EOI looks at */

static void fake_mask(struct irq_chip *c, unsigned pin)
{
    (void)c;
    masked[pin] = true;
}

static void fake_unmask(struct irq_chip *c, unsigned pin)
{
    (void)c;
    masked[pin] = false;
}

static int fake_set_mode(struct irq_chip *c, unsigned pin, unsigned mode)
{
    (void)c;
    if (mode & IRQ_MODE_BOTH)
        return -L4_EINVAL;
    mode_set[pin] = mode;
    return 0;
}

static void fake_route(struct irq_chip *c, unsigned pin, unsigned vector)
{
    (void)c;
    routed[pin] = vector;
}

static void fake_msi_info(struct irq_chip *c, unsigned vector, uint64_t *addr, uint32_t *data)
{
    (void)c;
    *addr = 0xfee00000;
    *data = vector;
}

static void fake_eoi(void)
{
    eois++;
    masked_at_eoi = masked[watched];
}

static void msi_nothing(struct irq_chip *c, unsigned pin)
{
    (void)c;
    (void)pin;
}

static const struct irq_chip_ops fake_ops = {
    .mask = fake_mask, .unmask = fake_unmask, .set_mode = fake_set_mode, .route = fake_route
};
static const struct irq_chip_ops fake_msi_ops = { .mask = msi_nothing,
                                                  .unmask = msi_nothing,
                                                  .msi_info = fake_msi_info };
static struct irq_chip chip = { .ops = &fake_ops, .name = "fake", .pins = PINS };
static struct irq_chip msi = { .ops = &fake_msi_ops, .name = "msi", .pins = 8 };

struct probe {
    struct irq_sink sink;
    unsigned hits;
    unsigned levels;
};

static void probe_hit(struct irq_sink *s, bool level)
{
    struct probe *p = container_of(s, struct probe, sink);

    p->hits++;
    p->levels += level;
}

/* Every test runs in a process of its own: the room starts empty. */
static void machine(void)
{
    arch_irq_off();
    irq_set_eoi(fake_eoi);
    ASSERT_EQ(irq_chip_add(&chip), PINS);
    ASSERT_EQ(irq_msi_chip_add(&msi), 8);
}

UTEST(irq, a_chip_starts_masked_and_with_a_vector_per_pin)
{
    machine();
    EXPECT_EQ(irq_count(), PINS);
    EXPECT_EQ(irq_msi_count(), 8);
    for (unsigned i = 0; i < PINS; i++) {
        EXPECT_TRUE(masked[i]);
        EXPECT_EQ(routed[i], IRQ_VECTOR_PIN + i);
        EXPECT_EQ(irq_line_get_mode(i), IRQ_MODE_SET);
    }
}

UTEST(irq, a_second_chip_on_the_same_lines_is_refused)
{
    struct irq_chip other = { .ops = &fake_ops, .name = "other", .base = PINS - 1, .pins = 4 };

    machine();
    EXPECT_EQ(irq_chip_add(&other), 0);
    EXPECT_EQ(irq_count(), PINS);
}

UTEST(irq, pins_without_a_vector_are_left_out)
{
    static struct irq_chip big = { .ops = &fake_ops, .name = "big", .base = 120, .pins = 24 };
    static struct irq_chip far = { .ops = &fake_ops, .name = "far", .base = 4000, .pins = 24 };

    machine();
    EXPECT_EQ(irq_chip_add(&big), IRQ_PINS_MAX - 120);
    EXPECT_EQ(irq_chip_add(&far), 0);
    EXPECT_EQ(irq_count(), IRQ_PINS_MAX);
}

UTEST(irq, a_gap_between_chips_is_no_line)
{
    static struct irq_chip second = { .ops = &fake_ops, .name = "second", .base = 40, .pins = 4 };
    struct probe p = { .sink.hit = probe_hit };

    machine();
    EXPECT_EQ(irq_chip_add(&second), 4);
    EXPECT_EQ(irq_count(), 44);
    EXPECT_EQ(irq_line_attach(30, &p.sink), -L4_EINVAL);
    EXPECT_EQ(irq_line_set_mode(30, IRQ_MODE_SET), -L4_EINVAL);
    irq_line_mask(30);
    irq_line_unmask(30);
}

UTEST(irq, a_line_has_one_owner)
{
    struct probe a = { .sink.hit = probe_hit }, b = a;

    machine();
    EXPECT_EQ(irq_line_attach(5, &a.sink), 0);
    EXPECT_EQ(irq_line_attach(5, &b.sink), -L4_EINVAL);
    EXPECT_EQ(irq_line_detach(5, &b.sink), -L4_ENOENT);
    EXPECT_EQ(irq_line_detach(5, &a.sink), 0);
    EXPECT_EQ(irq_line_attach(5, &b.sink), 0);
}

UTEST(irq, lines_out_of_range_are_invalid)
{
    struct probe p = { .sink.hit = probe_hit };

    machine();
    EXPECT_EQ(irq_line_attach(PINS, &p.sink), -L4_EINVAL);
    EXPECT_EQ(irq_line_attach(IRQ_MSI | 8, &p.sink), -L4_EINVAL);
    EXPECT_EQ(irq_line_attach(IRQ_NONE, &p.sink), -L4_EINVAL);
    EXPECT_EQ(irq_line_detach(PINS, &p.sink), -L4_ENOENT);
    EXPECT_EQ(irq_line_get_mode(PINS), 0);
}

UTEST(irq, an_edge_reaches_its_owner_and_stays_open)
{
    struct probe p = { .sink.hit = probe_hit };

    machine();
    EXPECT_EQ(irq_line_attach(3, &p.sink), 0);
    irq_line_unmask(3);
    irq_dispatch(routed[3]);
    irq_dispatch(routed[3]);
    EXPECT_EQ(p.hits, 2);
    EXPECT_EQ(p.levels, 0);
    EXPECT_FALSE(masked[3]);
    EXPECT_EQ(eois, 2);
}

UTEST(irq, a_level_is_masked_before_its_eoi)
{
    struct probe p = { .sink.hit = probe_hit };

    machine();
    watched = 16;
    EXPECT_EQ(irq_line_set_mode(16, IRQ_MODE_SET | IRQ_MODE_LEVEL | IRQ_MODE_NEG), 0);
    EXPECT_EQ(irq_line_attach(16, &p.sink), 0);
    irq_line_unmask(16);
    irq_dispatch(routed[16]);
    EXPECT_TRUE(masked_at_eoi);
    EXPECT_EQ(p.levels, 1);
    EXPECT_TRUE(masked[16]);
}

UTEST(irq, a_line_without_owner_masks_itself)
{
    machine();
    irq_line_unmask(7);
    irq_dispatch(routed[7]);
    EXPECT_TRUE(masked[7]);
    EXPECT_EQ(irq_stray_count(), 1);
    EXPECT_EQ(eois, 1);
}

UTEST(irq, detaching_masks_and_silences)
{
    struct probe p = { .sink.hit = probe_hit };

    machine();
    EXPECT_EQ(irq_line_attach(9, &p.sink), 0);
    irq_line_unmask(9);
    EXPECT_EQ(irq_line_detach(9, &p.sink), 0);
    EXPECT_TRUE(masked[9]);
    irq_dispatch(routed[9]);
    EXPECT_EQ(p.hits, 0);
}

UTEST(irq, only_the_five_modes_are_taken)
{
    static const unsigned good[] = { 1, 3, 5, 7 };

    machine();
    for (unsigned i = 0; i < array_size(good); i++) {
        EXPECT_EQ(irq_line_set_mode(2, good[i] | 0x30), 0);
        EXPECT_EQ(irq_line_get_mode(2), good[i]);
        EXPECT_EQ(mode_set[2], good[i]);
    }
    EXPECT_EQ(irq_line_set_mode(2, 9), -L4_EINVAL); /* this chip has no both-edges */
    EXPECT_EQ(irq_line_set_mode(2, 11), -L4_EINVAL);
    EXPECT_EQ(irq_line_set_mode(2, 15), -L4_EINVAL);
    EXPECT_EQ(irq_line_set_mode(2, 2), 0); /* nothing to set */
    EXPECT_EQ(irq_line_get_mode(2), 7);
}

UTEST(irq, messages_have_lines_vectors_and_no_mode)
{
    struct probe p = { .sink.hit = probe_hit };
    uint64_t addr = 0;
    uint32_t data = 0;

    machine();
    EXPECT_EQ(irq_msi_info(IRQ_MSI | 4, &addr, &data), 0);
    EXPECT_EQ(data, IRQ_VECTOR_MSI + 4);
    EXPECT_EQ(irq_msi_info(4, &addr, &data), -L4_ERANGE);
    EXPECT_EQ(irq_msi_info(IRQ_MSI | 8, &addr, &data), -L4_ERANGE);
    EXPECT_EQ(irq_line_set_mode(IRQ_MSI | 4, 0xf), 0);
    EXPECT_EQ(irq_line_attach(IRQ_MSI | 4, &p.sink), 0);
    irq_dispatch(data);
    EXPECT_EQ(p.hits, 1);
}

static unsigned system_calls;

static void system_fn(void)
{
    system_calls++;
}

UTEST(irq, system_vectors_have_handlers_and_spurious_ones_no_eoi)
{
    machine();
    irq_set_system_handler(IRQ_VECTOR_TIMER, system_fn);
    irq_dispatch(IRQ_VECTOR_TIMER);
    EXPECT_EQ(system_calls, 1);
    EXPECT_EQ(eois, 1);
    irq_dispatch(IRQ_VECTOR_SPURIOUS);
    irq_dispatch(IRQ_VECTOR_PIC + 7);
    EXPECT_EQ(eois, 1);
    irq_dispatch(IRQ_VECTOR_PIN + 100); /* a vector without a line */
    EXPECT_EQ(eois, 2);
    EXPECT_EQ(irq_stray_count(), 3);
}
