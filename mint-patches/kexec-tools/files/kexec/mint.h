/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec for Mint: what main() calls, and what mint.c, mint-load.c and mint-whole.c share.
 */
#ifndef MINT_H
#define MINT_H

#include <stdbool.h>
#include <stddef.h>

/* Where Mint tells what it gives away (antlinux/mint.h). */
#define MINT_DIRECTORY "/sys/kernel/mint"

struct mint_request {
	const char *image;
	const char *initrd;
	const char *command_line;
};

struct file {
	const char *name;
	const char *data;
	size_t size;
};

struct setup_header;

/* Whether one of the --mint- options is among the arguments. */
bool mint_is_meant(int argc, char *argv[]);

/* Does what they say; the exit status. */
int mint_main(int argc, char *argv[]);

int mint_load(const struct mint_request *request);

/* Whether the files are as they were made; one line for the user if not. */
bool mint_image_is_whole(const struct file *image, const struct setup_header *header, size_t setup);
bool mint_ramdisk_is_whole(const struct file *file);

/* One line for the user; the exit status. */
__attribute__((format(printf, 1, 2)))
int mint_refuse(const char *format, ...);

/* Reads one of Mint's files; an empty string when it has no content. */
bool mint_read(const char *name, char *line, int size);

/* What kexec_load() means by that errno. */
const char *mint_explain_load(int error);

#endif
