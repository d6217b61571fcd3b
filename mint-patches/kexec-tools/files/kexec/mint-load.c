// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec for Mint: loading. The image is a bzImage, entered as in Linux's 32-bit
 * boot protocol, with no purgatory before it: the current kernel does not end.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <asm/bootparam.h>

#include <antlinux/mint.h>
#include <antlinux/table.h>

#include "kexec.h"
#include "kexec-syscall.h"
#include "mint.h"

#define PAGE ANTLINUX_PAGE_SIZE
#define SECTOR 512u

/* Offsets in a bzImage's first sectors (Documentation/x86/boot.rst). */
#define BOOT_FLAG 0xaa55
#define HEADER_MAGIC 0x53726448		/* "HdrS" */
#define OLDEST_PROTOCOL 0x020a		/* the first with pref_address and init_size */
#define LOADER_UNDEFINED 0xff
#define E820_TYPE_RAM 1

struct range {
	uint64_t base;
	uint64_t size;
};

static bool read_region(struct range *region)
{
	char line[80];
	uint64_t last;
	int end = 0;

	if (!mint_read("region", line, sizeof(line)))
		return false;
	if (!line[0]) {
		mint_refuse("this kernel gives no memory away: boot it with mint_mem=SIZE@START");
		return false;
	}
	if (sscanf(line, "%" SCNi64 "-%" SCNi64 "%n", &region->base, &last, &end) != 2 ||
	    line[end] || last <= region->base) {
		mint_refuse("%s/region: '%s' is not FIRST-LAST", MINT_DIRECTORY, line);
		return false;
	}
	region->size = last - region->base + 1;
	return true;
}

static bool read_start_page(struct range *page)
{
	char line[80], *end;

	if (!mint_read("start_page", line, sizeof(line)))
		return false;
	page->base = strtoull(line, &end, 0);
	page->size = PAGE;
	if (end == line || *end) {
		mint_refuse("%s/start_page: '%s' is not an address", MINT_DIRECTORY, line);
		return false;
	}
	return true;
}

/* slurp_file() ends the program with a message of its own: look first. */
static bool read_file(const char *name, struct file *file)
{
	struct stat status;
	off_t size;

	if (stat(name, &status) || access(name, R_OK)) {
		mint_refuse("%s: %s", name, strerror(errno));
		return false;
	}
	if (!S_ISREG(status.st_mode) || !status.st_size) {
		mint_refuse("%s: %s", name, status.st_size ? "not a file" : "empty");
		return false;
	}
	file->name = name;
	file->data = slurp_file(name, &size);
	file->size = size;
	return true;
}

/* The header, and the part of the file behind the real-mode code. */
static bool parse_image(const struct file *image, struct setup_header *header,
			struct file *payload)
{
	size_t end, setup;

	memset(header, 0, sizeof(*header));
	if (image->size < 2 * SECTOR) {
		mint_refuse("%s: not a bzImage (too short)", image->name);
		return false;
	}
	/* The header ends where the jump at its start goes. */
	end = 0x202 + (unsigned char)image->data[0x201];
	if (end > 0x1f1 + sizeof(*header))
		end = 0x1f1 + sizeof(*header);
	memcpy(header, image->data + 0x1f1, end - 0x1f1);
	if (header->boot_flag != BOOT_FLAG || header->header != HEADER_MAGIC) {
		mint_refuse("%s: not a bzImage (no setup header)", image->name);
		return false;
	}
	if (header->version < OLDEST_PROTOCOL || !(header->loadflags & LOADED_HIGH)) {
		mint_refuse("%s: boot protocol %u.%02u is too old, or a zImage", image->name,
		       header->version >> 8, header->version & 0xff);
		return false;
	}
	setup = ((header->setup_sects ? header->setup_sects : 4) + 1) * SECTOR;
	if (setup >= image->size) {
		mint_refuse("%s: not a bzImage (ends within its setup code)", image->name);
		return false;
	}
	if (!mint_image_is_whole(image, header, setup))
		return false;
	payload->name = image->name;
	payload->data = image->data + setup;
	payload->size = image->size - setup;
	return true;
}

/*
 * Everything has its fixed place in the region; what is decompressed has to
 * fit between the places. One line says what does not fit.
 */
static bool check_places(const struct range *region, const struct setup_header *header,
			 const struct file *payload, const struct file *initrd)
{
	uint64_t wanted = region->base + ANTLINUX_LOAD_OFFSET;

	if (header->pref_address != wanted)
		mint_refuse("%s: is linked to run at 0x%" PRIx64 ", Mint's region wants it at 0x%" PRIx64,
			    payload->name, (uint64_t)header->pref_address, wanted);
	else if ((uint64_t)ANTLINUX_LOAD_OFFSET + header->init_size > ANTLINUX_RAMDISK_OFFSET ||
		 ANTLINUX_BZIMAGE_OFFSET + payload->size > ANTLINUX_RAMDISK_OFFSET)
		mint_refuse("%s: is too large: it would reach into the RAM disk's place", payload->name);
	else if ((uint64_t)ANTLINUX_LOAD_OFFSET + header->init_size > region->size ||
		 ANTLINUX_BZIMAGE_OFFSET + payload->size > region->size)
		mint_refuse("%s: does not fit into the region of %" PRIu64 " KiB", payload->name,
			    region->size / 1024);
	else if (initrd->data && ANTLINUX_RAMDISK_OFFSET + initrd->size > region->size)
		mint_refuse("%s: does not fit into the region of %" PRIu64 " KiB", initrd->name,
			    region->size / 1024);
	else
		return true;
	return false;
}

static void add_memory(struct boot_params *params, const struct range *range)
{
	struct boot_e820_entry *entry = &params->e820_table[params->e820_entries++];

	entry->addr = range->base;
	entry->size = range->size;
	entry->type = E820_TYPE_RAM;
}

/* What the boot protocol wants, and no memory but what is the other OS's. */
static void fill_boot_params(struct boot_params *params, const struct setup_header *header,
			     const struct range *region, const struct range *start_page,
			     const struct file *initrd)
{
	params->hdr = *header;
	params->hdr.type_of_loader = LOADER_UNDEFINED;
	params->hdr.code32_start = region->base + ANTLINUX_BZIMAGE_OFFSET;
	params->hdr.cmd_line_ptr = region->base + ANTLINUX_COMMAND_LINE_OFFSET;
	params->hdr.setup_data = 0;
	if (initrd->data) {
		params->hdr.ramdisk_image = region->base + ANTLINUX_RAMDISK_OFFSET;
		params->hdr.ramdisk_size = initrd->size;
	}
	add_memory(params, start_page);
	add_memory(params, region);
}

static struct kexec_segment segment(const void *data, size_t size, uint64_t address)
{
	struct kexec_segment segment = {
		.buf = data,
		.bufsz = size,
		.mem = (void *)(uintptr_t)address,
		.memsz = (size + PAGE - 1) / PAGE * PAGE,
	};

	return segment;
}

int mint_load(const struct mint_request *request)
{
	static struct boot_params params; /* one page, as the protocol has it */
	struct kexec_segment segments[4];
	struct range region, start_page;
	struct file image, payload, initrd = { 0 };
	struct setup_header header;
	unsigned int count = 0;
	size_t length = strlen(request->command_line);

	if (!read_region(&region) || !read_start_page(&start_page) ||
	    !read_file(request->image, &image) || !parse_image(&image, &header, &payload))
		return 1;
	if (request->initrd && (!read_file(request->initrd, &initrd) || !mint_ramdisk_is_whole(&initrd)))
		return 1;
	if (!check_places(&region, &header, &payload, &initrd))
		return 1;
	if (length > header.cmdline_size || length >= PAGE)
		return mint_refuse("--command-line: %zu bytes, %s takes %u at most", length,
			      request->image, header.cmdline_size);

	fill_boot_params(&params, &header, &region, &start_page, &initrd);
	segments[count++] = segment(&params, sizeof(params), region.base + ANTLINUX_BOOT_PARAMS_OFFSET);
	segments[count++] = segment(request->command_line, length + 1,
				    region.base + ANTLINUX_COMMAND_LINE_OFFSET);
	segments[count++] = segment(payload.data, payload.size, params.hdr.code32_start);
	if (initrd.data)
		segments[count++] = segment(initrd.data, initrd.size, params.hdr.ramdisk_image);
	if (kexec_load((void *)(uintptr_t)params.hdr.code32_start, count, segments,
		       KEXEC_ARCH_DEFAULT | MINT_KEXEC_FLAG))
		return mint_refuse("%s: not loaded: %s", request->image, mint_explain_load(errno));
	return 0;
}
