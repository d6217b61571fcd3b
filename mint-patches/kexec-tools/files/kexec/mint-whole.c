// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec for Mint: is a file as it was made? One that was cut short, or has a bit changed, would
 * be started in silence and do anything.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <asm/bootparam.h>

#include "mint.h"

#define PARAGRAPH 16u		/* what syssize counts in */
#define CRC_POLYNOMIAL 0xedb88320u

/* A cpio archive (Documentation/driver-api/early-userspace/buffer-format.rst). */
#define CPIO_HEADER 110u
#define CPIO_FILE_SIZE 6	/* fields, of eight hexadecimal digits each, behind the magic number */
#define CPIO_NAME_SIZE 11
#define CPIO_CHECK 12
#define CPIO_END "TRAILER!!!"

/* As Linux's build computes it: from all ones on, and not inverted at the end. */
static uint32_t crc32_of(const unsigned char *data, size_t size)
{
	uint32_t table[256], crc = ~0u;
	unsigned int i, bit;

	for (i = 0; i < 256; i++) {
		table[i] = i;
		for (bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? CRC_POLYNOMIAL : 0);
	}
	while (size--)
		crc = table[(crc ^ *data++) & 0xff] ^ crc >> 8;
	return crc;
}

/*
 * Documentation/x86/boot.rst, "The image checksum": the last four of the bytes that the header
 * counts make the CRC of all of them 0. Zeros there are no checksum: an image that was not
 * made by Linux's build.
 */
bool mint_image_is_whole(const struct file *image, const struct setup_header *header, size_t setup)
{
	static const char none[4];
	uint64_t size = setup + (uint64_t)header->syssize * PARAGRAPH;

	if (size > image->size) {
		mint_refuse("%s: is cut short: %zu of %" PRIu64 " bytes", image->name, image->size, size);
		return false;
	}
	if (memcmp(image->data + size - sizeof(none), none, sizeof(none)) &&
	    crc32_of((const unsigned char *)image->data, size)) {
		mint_refuse("%s: is damaged: its checksum is wrong", image->name);
		return false;
	}
	return true;
}

static bool cpio_field(const char *header, int number, uint32_t *value)
{
	char digits[9] = "";

	memcpy(digits, header + 6 + 8 * number, 8);
	*value = strtoul(digits, NULL, 16);
	return strspn(digits, "0123456789abcdefABCDEF") == 8;
}

static size_t align4(size_t offset)
{
	return (offset + 3) & ~(size_t)3;
}

/* Magic number 070702: the sum of the bytes is in the header. */
static bool sum_is_right(const char *header, const char *data, size_t size)
{
	uint32_t check, sum = 0;

	if (header[5] != '2')
		return true;
	while (size--)
		sum += (unsigned char)*data++;
	return cpio_field(header, CPIO_CHECK, &check) && sum == check;
}

/* An archive has an end of its own. A RAM disk that is none, or packed, is its OS's to judge. */
bool mint_ramdisk_is_whole(const struct file *file)
{
	uint32_t data_size, name_size;
	const char *header;
	size_t at = 0, data;

	if (file->size < 6 || memcmp(file->data, "07070", 5))
		return true;
	while (file->size - at >= CPIO_HEADER) {
		header = file->data + at;
		if (memcmp(header, "07070", 5) || !cpio_field(header, CPIO_FILE_SIZE, &data_size) ||
		    !cpio_field(header, CPIO_NAME_SIZE, &name_size))
			goto damaged;
		if (!name_size || name_size > file->size - at - CPIO_HEADER)
			break;
		if (name_size == sizeof(CPIO_END) &&
		    !memcmp(header + CPIO_HEADER, CPIO_END, sizeof(CPIO_END)))
			return true;
		data = align4(at + CPIO_HEADER + name_size);
		if (data > file->size || data_size > file->size - data)
			break;
		if (!sum_is_right(header, file->data + data, data_size))
			goto damaged;
		at = align4(data + data_size);
		if (at > file->size)
			break;
	}
	mint_refuse("%s: is cut short: %zu bytes, and no end of the archive in them", file->name, file->size);
	return false;
damaged:
	mint_refuse("%s: is damaged: behind byte %zu", file->name, at);
	return false;
}
