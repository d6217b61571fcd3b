# SPDX-License-Identifier: GPL-2.0-only
# The human's entry to the project: `make help`. Thin on purpose: CMake, the
# scripts in images/ and ./antbed do the work, each knows what is up to date, and
# this file only has their order.
#
#   KERNEL=3.0.8      which Linux becomes Mint: 3.0.8, 6.12, 6.1 or auto (the default),
#                     see images/kernel-version.sh
#   LINUX_SRC=PATH    its source, a tarball or a tree; LINUX_MIRROR=URL: where it is
#                     downloaded from (images/origin.sh)
#   KERNEL_DEBUG=1    Linux 6.1 with lockdep, KASAN and more, built beside the ordinary one
#   V=1               full output of the build steps, not only their progress lines
.NOTPARALLEL:
.DEFAULT_GOAL := help

KERNEL ?= auto
LINUX_SRC ?=
LINUX_MIRROR ?=
KERNEL_DEBUG ?=
V ?= 0
export KERNEL KERNEL_DEBUG LINUX_SRC LINUX_MIRROR V

# KERNEL as a version: asked when the first recipe needs it, then kept. What `auto` is: said when a machine is started,
# else when it is news.
SAYS := --news
run-qemu: SAYS :=
kernel = $(eval kernel := $$(or $$(shell KERNEL='$(KERNEL)' LINUX_SRC='$(LINUX_SRC)' \
	LINUX_MIRROR='$(LINUX_MIRROR)' KERNEL_DEBUG='$(KERNEL_DEBUG)' BUILD=build images/kernel-version.sh $(SAYS)),$$(error No kernel)))$(kernel)

# What calls another build must not hand on this make's own variables and jobs.
CLEAN_ENV := env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES BUILD=build
RUN = $(CLEAN_ENV) KERNEL=$(kernel)
# Groups of images/packages.list that this target needs: checked first, once.
PACKAGES := build

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nexamples:\n'; printf '  make %s\n' 'run-qemu KERNEL=6.1' 'test-system KERNEL=6.1' 'bench QUICK=1 ACCEL=exact'

.PHONY: run-qemu
run-qemu: PACKAGES += run
run-qemu: image ## build what is missing, boot both OSes, open both consoles
	@./antbed run --no-build --kernel $(kernel)

.PHONY: test
test: ## unit and system tests, for every kernel at hand (LINT=1: and quick static checks, COVERAGE=1: and make coverage, SITE=1: and make test-site); ends with "N passed, M failed"
	@ci/test.sh $(if $(LINT),lint) unit $(if $(COVERAGE),coverage) $(if $(SITE),site) system

.PHONY: test-all
test-all: ## as test, but fails where the source of a kernel cannot be had
	@ci/test.sh --all unit system

.PHONY: test-soak
test-soak: ## many boots and long runs: hours
	@ci/test.sh soak

.PHONY: test-unit
test-unit: ## unit tests only: on this machine, under ASan and UBSan
	@ci/test.sh unit

.PHONY: test-system
test-system: ## system tests only: on the booted machine
	@ci/test.sh system

.PHONY: test-kvm
test-kvm: ## the machine under KVM: this computer's, or where it has none that of an emulated one (8 GiB of memory, an hour)
	@ci/test.sh kvm

.PHONY: test-docs
test-docs: ## the part of the system tests that is about the pages: their links, their commands
	@ci/test.sh docs

.PHONY: test-bench
test-bench: ## the part of the system tests that is about make bench-check
	@ci/test.sh bench

.PHONY: coverage
coverage: PACKAGES += test coverage
coverage: packages ## which lines the unit tests reach: a table, and build/coverage/index.html
	@$(CLEAN_ENV) ci/coverage.sh

.PHONY: fuzz
fuzz: PACKAGES += test fuzz
fuzz: packages ## fuzz what reads another's bytes: each target for SECONDS=60 seconds (TARGET=elf: only that one; KEEP=1: keep new inputs)
	@$(CLEAN_ENV) ci/fuzz.sh $(if $(KEEP),--keep) --seconds $(or $(SECONDS),60) $(TARGET)

.PHONY: image
image: kernel kexec lkm ant userland ## everything that runs in the machine: build/disk-KERNEL.img
	@$(RUN) images/rootfs.sh
	@$(RUN) images/disk.sh

.PHONY: failpoints
failpoints: image ## the same image with failpoints, for the machine `failpoints`: ./antbed up --profile failpoints
	@$(RUN) images/failpoints.sh

.PHONY: devices
devices: PACKAGES += test
devices: kernel packages ## for the machine with one of each driver: small disks, Linux's modules: ./antbed up --profile devices
	@$(CLEAN_ENV) images/devices.sh
	@$(RUN) images/drivers.sh

.PHONY: kernel
kernel: packages ## Linux with Mint's patches
	@$(RUN) images/kernel.sh

.PHONY: kexec
kexec: packages ## kexec-tools with Mint's patches
	@$(CLEAN_ENV) images/kexec-tools.sh

.PHONY: lkm
lkm: kernel ## the special-OS cooperation driver, /dev/ant
	@$(RUN) images/lkm.sh

.PHONY: ant
ant: guest kernel ## AnT: kernel, programs, and the bzImage that kexec loads
	@$(RUN) images/ant-bzimage.sh

.PHONY: userland
userland: guest ## Linux user space: parent process, proxy process, agent

# Both ant and userland, by CMake: one configuration, one Ninja.
.PHONY: guest
guest: packages
	@$(CLEAN_ENV) images/guest.sh

.PHONY: app
app: packages ## your own AnT program: examples/NAME.cpp, or SRC=FILE.cpp, becomes share/NAME, /host/NAME in the machine
	@$(CLEAN_ENV) images/app.sh "$(NAME)" "$(SRC)"

.PHONY: os
os: guest kernel ## an operating system of your own in AnT's place: ELF=build/examples/wren becomes share/wren.bzImage
	@$(RUN) images/os.sh "$(ELF)"

.PHONY: dist
dist: image ## a release: the sources, and a machine that boots without a build: build/dist/*.tar.xz
	@$(RUN) images/dist.sh machine
	@$(RUN) images/dist.sh source

.PHONY: patches
patches: kexec ## every patch series with full context, to read and to mail: build/patches-KERNEL/
	@$(RUN) images/patches.sh

.PHONY: bench
bench: PACKAGES += run bench effort
bench: image ## the paper's evaluation: results/RUN/report.html (FIG=6 TABLE=6 QUICK=1 ACCEL=exact)
	@./antbed bench --kernel $(kernel) $(if $(FIG),--fig $(FIG)) $(if $(TABLE),--table $(TABLE)) \
		$(if $(QUICK),--quick) $(if $(ACCEL),--accel $(ACCEL))

.PHONY: bench-check
bench-check: PACKAGES += run bench
bench-check: image ## has the path of a call grown by more than 2 %? (against bench/baseline.json; UPDATE=1 writes it)
	@./antbed bench-check --kernel $(kernel) $(if $(UPDATE),--update)

.PHONY: effort
effort: PACKAGES := run effort
effort: packages ## the paper's Tables 3 and 4 for this project (FORMAT=text, csv or json)
	@/usr/bin/python3 -m testbed.bench.effort --format $(or $(FORMAT),text)

.PHONY: site
site: PACKAGES := build site
site: packages ## these pages as a static site: build/site/site/index.html (SITE_SOURCES=URL: where sources are linked to)
	@$(CLEAN_ENV) ci/site.sh

.PHONY: test-site
test-site: ## make site, and each page in a browser, at a phone's width too
	@ci/test.sh site

.PHONY: lint
lint: PACKAGES += run test lint tidy
lint: packages ## formats, static analysis, licences; nothing is changed
	@ci/lint.sh

.PHONY: doctor
doctor: PACKAGES := run
doctor: packages ## is this computer fit: packages, accelerator, disk space
	@./antbed doctor

.PHONY: clean
clean: stop ## remove what was built, except the kernel and kexec
	@rm -rf build/cmake-* build/ant build/userland build/rootfs-* build/disk-* build/failpoints build/devices build/test build/coverage build/fuzz build/run

.PHONY: distclean
distclean: stop ## remove everything that was built
	@rm -rf build

# A running machine lives in build/run: it ends before its files go.
.PHONY: stop
stop:
	@[ ! -d build/run ] || ./antbed down --all

.PHONY: packages
packages:
	@$(CLEAN_ENV) images/packages.sh $(PACKAGES)
