// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: frequencies that are given instead of measured. Under QEMU's -icount,
 * calibrating takes half a minute; and on one machine both OSes should count
 * with the same figures.
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/kernel.h>

#include "mint.h"
#include "mint_compat.h"

/* lapic_khz=, or 0. */
static unsigned int given_lapic_khz;

static unsigned int __init parse_khz(const char *name, const char *text)
{
	unsigned int khz;

	if (!kstrtouint(text, 0, &khz) && khz)
		return khz;
	pr_err("%s=%s is not a number: this clock is calibrated\n", name, text);
	return 0;
}

static int __init mint_lapic_khz_setup(char *text)
{
	given_lapic_khz = parse_khz("lapic_khz", text);
	if (given_lapic_khz)
		mint_set_lapic_khz(given_lapic_khz);
	return 0;
}
early_param("lapic_khz", mint_lapic_khz_setup);

unsigned int mint_lapic_khz(void)
{
	return given_lapic_khz ? given_lapic_khz : mint_get_lapic_khz();
}

void __init mint_need_clocks(void)
{
	if (!given_lapic_khz)
		mint_want_lapic_calibration();
}

#ifdef MINT_LACKS_TSC_EARLY_KHZ
static unsigned long given_tsc_khz __initdata;

static unsigned long __init mint_calibrate_tsc(void)
{
	return given_tsc_khz;
}

/* Later versions have this parameter. It, too, leaves the refinement be. */
static int __init mint_tsc_early_khz_setup(char *text)
{
	given_tsc_khz = parse_khz("tsc_early_khz", text);
	if (given_tsc_khz)
		x86_platform.calibrate_tsc = mint_calibrate_tsc;
	return 0;
}
early_param("tsc_early_khz", mint_tsc_early_khz_setup);
#endif

#ifdef MINT_NEEDS_LAPIC_HOOKS
/* Ticks of the timer's input clock in a jiffy, given or measured; or 0. */
unsigned int mint_lapic_period;

/*
 * The hook before the calibration: true when the clock is known, and then *period
 * and the timer are set up. The timer counts one of `divisor` input clocks.
 */
bool __init mint_lapic_known(struct clock_event_device *timer, unsigned int divisor,
			     unsigned int *period)
{
	if (!mint_lapic_period)
		return false;
	*period = mint_lapic_period;
	timer->mult = div_sc(mint_lapic_period / divisor, TICK_NSEC, timer->shift);
	/* From a few ticks to half of what the counter holds. */
	timer->min_delta_ns = clockevent_delta2ns(0xf, timer);
	timer->max_delta_ns = clockevent_delta2ns(0x7fffffff, timer);
	return true;
}

/* The hook behind the calibration. */
void __init mint_lapic_measured(unsigned int period)
{
	mint_lapic_period = period;
}
#endif
