/* SPDX-License-Identifier: MIT */
/* What the patients of the laboratory do. Each returns only if it survived, with an exit code. */
#pragma once

int patient_divide(void); /* divides by zero */
int patient_null(void);   /* reads through a null pointer */
int patient_guess(void);  /* tries capabilities it was not given, then the hardware */
int patient_hog(void);    /* makes objects until its quotas are used up, then gives up */

/* Not a patient: asks the witness a question, or for its report. */
int visitor_ask(void);
int visitor_report(void);
