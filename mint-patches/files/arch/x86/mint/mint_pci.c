// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: which PCI devices this kernel leaves to the other OS. A device is known
 * by its ID and, where several have the same, by its place.
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "mint.h"

#define MINT_PCI_MAX 16

struct mint_pci_match {
	u16 vendor;
	u16 device;
	int bus;	/* -1: anywhere */
	int devfn;
};

struct mint_pci_list {
	unsigned int count;
	struct mint_pci_match match[MINT_PCI_MAX];
};

static struct mint_pci_list hidden, only;

/* Takes up to so many hexadecimal digits off the text, and at least one. */
static bool __init take_hex(const char **text, unsigned int digits, unsigned int *value)
{
	const char *start = *text;

	for (*value = 0; digits && isxdigit(**text); digits--, (*text)++)
		*value = *value * 16 + hex_to_bin(**text);
	return *text > start;
}

static bool __init take_char(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	(*text)++;
	return true;
}

/*
 * VVVV:DDDD or VVVV:DDDD@BB:DD.F, all hexadecimal. Not by sscanf(), whose widths
 * and %n do not mean the same in all versions of Linux.
 */
static bool __init parse_match(const char *text, struct mint_pci_match *match)
{
	unsigned int vendor, device, bus, slot, function;

	if (!take_hex(&text, 4, &vendor) || !take_char(&text, ':') ||
	    !take_hex(&text, 4, &device))
		return false;
	match->vendor = vendor;
	match->device = device;
	match->bus = -1;
	if (!*text)
		return true;
	if (!take_char(&text, '@') || !take_hex(&text, 2, &bus) ||
	    !take_char(&text, ':') || !take_hex(&text, 2, &slot) ||
	    !take_char(&text, '.') || !take_hex(&text, 1, &function) ||
	    *text || slot > 31 || function > 7)
		return false;
	match->bus = bus;
	match->devfn = PCI_DEVFN(slot, function);
	return true;
}

static int __init parse_list(const char *name, char *text, struct mint_pci_list *list)
{
	char *word;

	while ((word = strsep(&text, ",")) != NULL) {
		if (list->count == MINT_PCI_MAX) {
			pr_err("%s=: more than %d devices, ignored from %s on\n", name,
			       MINT_PCI_MAX, word);
			break;
		}
		if (parse_match(word, &list->match[list->count]))
			list->count++;
		else
			pr_err("%s=: '%s' is not VVVV:DDDD or VVVV:DDDD@BB:DD.F, ignored\n",
			       name, word);
	}
	return 0;
}

static int __init mint_pci_hide_setup(char *text)
{
	return parse_list("mint_pci_hide", text, &hidden);
}
early_param("mint_pci_hide", mint_pci_hide_setup);

static int __init mint_pci_only_setup(char *text)
{
	return parse_list("mint_pci_only", text, &only);
}
early_param("mint_pci_only", mint_pci_only_setup);

static bool on_list(const struct mint_pci_list *list, const struct pci_bus *bus,
		    int devfn, u32 id)
{
	const struct mint_pci_match *match;
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		match = &list->match[i];
		if (match->vendor == (id & 0xffff) && match->device == id >> 16 &&
		    (match->bus < 0 ||
		     (match->bus == bus->number && match->devfn == devfn)))
			return true;
	}
	return false;
}

/*
 * The hook in the PCI scan: the ID has been read, and nothing written yet, not
 * even to find out how large the device's address ranges are.
 */
bool mint_pci_hidden(struct pci_bus *bus, int devfn, u32 id)
{
	if (!on_list(&hidden, bus, devfn, id) &&
	    (!only.count || on_list(&only, bus, devfn, id)))
		return false;
	pr_info("PCI device %02x:%02x.%d [%04x:%04x] is left to the other OS\n",
		bus->number, PCI_SLOT(devfn), PCI_FUNC(devfn), id & 0xffff, id >> 16);
	return true;
}
