/* SPDX-License-Identifier: MIT */
/* A driver's view: <l4/sys/icu.h>, <l4/sys/irq.h>, <l4/sys/platform_control.h>, <l4/sys/cache.h>.
 */
#include <l4/sys/cache.h>
#include <l4/sys/factory.h>
#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/platform_control.h>
#include <l4/sys/rcv_endpoint.h>

enum {
    IRQ = 0x40 << L4_CAP_SHIFT,
    LINE = 4,
};

long driver(void);
long platform(void);
int caches(unsigned long start, unsigned long end);

long driver(void)
{
    l4_icu_info_t info;
    l4_icu_msi_info_t msi;
    l4_umword_t label;
    long unmask_at_icu;

    if (l4_error(l4_icu_info(L4_BASE_ICU_CAP, &info)) < 0 || info.nr_irqs <= LINE)
        return -1;
    if (info.features & L4_ICU_FLAG_MSI)
        l4_icu_msi_info(L4_BASE_ICU_CAP, 0 | L4_ICU_FLAG_MSI, 0, &msi);
    l4_icu_set_mode(L4_BASE_ICU_CAP, LINE, L4_IRQ_F_LEVEL_HIGH);
    l4_rcv_ep_bind_thread(IRQ, L4_BASE_THREAD_CAP, 0xbeef);
    unmask_at_icu = l4_error(l4_icu_bind(L4_BASE_ICU_CAP, LINE, IRQ));
    if (unmask_at_icu == 1)
        l4_icu_unmask(L4_BASE_ICU_CAP, LINE, 0, L4_IPC_NEVER);
    else
        l4_irq_unmask(IRQ);
    if (l4_ipc_error(l4_irq_receive(IRQ, L4_IPC_NEVER), l4_utcb()))
        return -1;
    l4_irq_wait(IRQ, &label, L4_IPC_NEVER);
    l4_irq_trigger(IRQ);
    l4_irq_bind_vcpu(IRQ, L4_BASE_THREAD_CAP, 0);
    l4_icu_mask(L4_BASE_ICU_CAP, LINE, &label, L4_IPC_NEVER);
    l4_irq_detach(IRQ);
    return l4_error(l4_icu_unbind(L4_BASE_ICU_CAP, LINE, IRQ));
}

long platform(void)
{
    l4_platform_ctl_cpu_allow_shutdown(L4_BASE_ICU_CAP, 1, 1);
    l4_platform_ctl_cpu_enable(L4_BASE_ICU_CAP, 1);
    l4_platform_ctl_cpu_disable(L4_BASE_ICU_CAP, 1);
    l4_platform_ctl_system_suspend(L4_BASE_ICU_CAP, 0);
    return l4_error(l4_platform_ctl_system_shutdown(L4_BASE_ICU_CAP, 0));
}

int caches(unsigned long start, unsigned long end)
{
    return l4_cache_clean_data(start, end) | l4_cache_flush_data(start, end) |
           l4_cache_inv_data(start, end) | l4_cache_coherent(start, end) |
           l4_cache_dma_coherent(start, end) | l4_cache_dma_coherent_full();
}
