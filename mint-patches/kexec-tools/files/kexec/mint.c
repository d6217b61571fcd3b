// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec for Mint: loads the image of an OS that runs beside this Linux, and
 * starts it on a core of its own, while the current kernel goes on.
 *
 *	kexec --mint-load IMAGE [--initrd=FILE] [--command-line=STRING]
 *	kexec --mint-start=CORE
 *	kexec --mint-unload
 *
 * Options, start and unload are here, loading is in mint-load.c. While the other OS runs,
 * `kexec -e` is refused without -f.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/reboot.h>

#include <antlinux/mint.h>

#include "kexec.h"
#include "kexec-syscall.h"
#include "mint.h"

int mint_refuse(const char *format, ...)
{
	va_list arguments;

	fputs("kexec: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return 1;
}

bool mint_read(const char *name, char *line, int size)
{
	char path[sizeof(MINT_DIRECTORY) + 32];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", MINT_DIRECTORY, name);
	file = fopen(path, "r");
	if (!file) {
		mint_refuse("this kernel is not Mint (%s: %s)", path, strerror(errno));
		return false;
	}
	if (!fgets(line, size, file))
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return true;
}

const char *mint_explain_load(int error)
{
	switch (error) {
	case EPERM:
		return "not allowed (root only, and not when kernel.kexec_load_disabled is set)";
	case EBUSY:
		return "the image in the region runs already";
	case ENXIO:
		return "this kernel gives no memory away: boot it with mint_mem=SIZE@START";
	case EINVAL:
		return "this kernel knows no such image: is it Mint?";
	default:
		return strerror(error);
	}
}

static int mint_unload(void)
{
	char line[80];

	if (!mint_read("loaded", line, sizeof(line)))
		return 1;
	if (kexec_load(NULL, 0, NULL, KEXEC_ARCH_DEFAULT | MINT_KEXEC_FLAG))
		return mint_refuse("not unloaded: %s", mint_explain_load(errno));
	return 0;
}

static const char *explain_start(int error)
{
	switch (error) {
	case EPERM:
		return "not allowed: it is not in mint_cores=, or you are not root";
	case EBUSY:
		return "it is this Linux's own";
	case EALREADY:
		return "the image has been started before";
	case ENOENT:
		return "no image is loaded, use --mint-load first";
	case ENODATA:
		return "this Linux has no frequency for it: boot with tsc_early_khz=N, lapic_khz=N";
	case EIO:
		return "it did not answer: is there such a core?";
	default:
		return strerror(error);
	}
}

static int mint_start(const char *core)
{
	char line[80], *end;
	unsigned long number;

	errno = 0;
	number = strtoul(core, &end, 10);
	if (*core < '0' || *core > '9' || *end || errno)
		return mint_refuse("--mint-start=%s: not the number of a core", core);
	if (!mint_read("cores", line, sizeof(line)))
		return 1;
	if (syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, MINT_REBOOT_START, number))
		return mint_refuse("core %lu not started: %s", number, explain_start(errno));
	return 0;
}

enum { LOAD = 1, START, UNLOAD, INITRD, COMMAND_LINE };

static const struct option options[] = {
	{ "mint-load", required_argument, NULL, LOAD },
	{ "mint-start", required_argument, NULL, START },
	{ "mint-unload", no_argument, NULL, UNLOAD },
	{ "initrd", required_argument, NULL, INITRD },
	{ "command-line", required_argument, NULL, COMMAND_LINE },
	{ NULL, 0, NULL, 0 },
};

static bool has_option(int argc, char *argv[], char letter, const char *name)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], name) ||
		    (argv[i][0] == '-' && argv[i][1] != '-' && strchr(argv[i], letter)))
			return true;
	return false;
}

/* `kexec -e` ends this Linux, and an OS beside it with it. */
static bool ends_both(int argc, char *argv[])
{
	FILE *file;
	bool runs;

	if (!has_option(argc, argv, 'e', "--exec") || has_option(argc, argv, 'f', "--force"))
		return false;
	file = fopen("/sys/kernel/antlinux/connected", "r");
	runs = file && fgetc(file) == '1';
	if (file)
		fclose(file);
	return runs;
}

bool mint_is_meant(int argc, char *argv[])
{
	int i;

	if (ends_both(argc, argv))
		return true;
	for (i = 1; i < argc; i++)
		if (!strncmp(argv[i], "--mint-", 7))
			return true;
	return false;
}

int mint_main(int argc, char *argv[])
{
	struct mint_request request = { NULL, NULL, "" };
	const char *core = NULL;
	int option, action = 0;

	if (ends_both(argc, argv))
		return mint_refuse("AnT runs beside this Linux and would end with it: kexec -e -f");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case LOAD:
		case START:
		case UNLOAD:
			if (action)
				return mint_refuse("one of --mint-load, --mint-start and --mint-unload at a time");
			action = option;
			if (option == LOAD)
				request.image = optarg;
			if (option == START)
				core = optarg;
			break;
		case INITRD:
			request.initrd = optarg;
			break;
		case COMMAND_LINE:
			request.command_line = optarg;
			break;
		default:
			return 1; /* getopt_long() has said it */
		}
	}
	if (optind < argc)
		return mint_refuse("%s: one word too many", argv[optind]);
	if (action != LOAD && (request.initrd || *request.command_line))
		return mint_refuse("--initrd and --command-line go with --mint-load");
	switch (action) {
	case LOAD:
		return mint_load(&request);
	case START:
		return mint_start(core);
	default:
		return mint_unload();
	}
}
