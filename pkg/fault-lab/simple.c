/* SPDX-License-Identifier: MIT */
/* The two mistakes everybody has made. The volatile objects keep the compiler from seeing them. */
#include "patient.h"

#include <stdio.h>
#include <stdlib.h>

int patient_divide(void)
{
    volatile int dividend = 12345; /* the compiler divides 1 without a division */
    volatile int zero = 0;

    printf("I divide by zero now.\n");
    printf("and got %d\n", dividend / zero);
    return EXIT_FAILURE;
}

int patient_null(void)
{
    const volatile int *volatile nowhere = NULL;

    printf("I read through a null pointer now.\n");
    printf("and got %d\n", *nowhere);
    return EXIT_FAILURE;
}
