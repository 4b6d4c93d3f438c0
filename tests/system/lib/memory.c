/* SPDX-License-Identifier: MIT */
/* Memory for tests to map about. */
#include "internal.h"
#include "string.h"

#include <l4/sigma0/sigma0.h>
#include <l4/sys/task.h>
#include <systest/memory.h>

static unsigned char pages[TEST_PAGES][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE * 16)));

unsigned char *test_page(unsigned index)
{
    memset(pages[index], 0, L4_PAGESIZE);
    return pages[index];
}

unsigned char *test_superpage(void)
{
    static l4_addr_t at;

    if (!at)
        ASSERT_EQ(l4sigma0_map_anypage(L4_BASE_PAGER_CAP, 0, L4_WHOLE_ADDRESS_SPACE, &at,
                                       L4_SUPERPAGESHIFT),
                  0);
    return (unsigned char *)at;
}

void unmap_mem(l4_cap_idx_t task, l4_addr_t addr, unsigned order, unsigned rights, unsigned mask)
{
    EXPECT_EQ(l4_error(l4_task_unmap(task, l4_fpage(addr, order, (unsigned char)rights), mask)), 0);
}
