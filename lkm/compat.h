/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux 3.0.8, 6.1 and 6.12 from one source: the only place that asks for the
 * kernel's version. The rest of the module uses the newest names.
 */
#ifndef ANT_COMPAT_H
#define ANT_COMPAT_H

#include <linux/version.h>
#include <linux/compiler.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>

#define ANT_LINUX_BEFORE(a, b, c) (KERNEL_VERSION(a, b, c) > LINUX_VERSION_CODE)

#if ANT_LINUX_BEFORE(3, 19, 0)
#define READ_ONCE(x) ACCESS_ONCE(x)
#define WRITE_ONCE(x, value) (ACCESS_ONCE(x) = (value))
#endif

#ifndef fallthrough /* 5.4 */
#define fallthrough __attribute__((__fallthrough__))
#endif

#if ANT_LINUX_BEFORE(3, 3, 0)
#define DECLARE_STATIC_KEY_FALSE(name) extern struct jump_label_key name
#define DEFINE_STATIC_KEY_FALSE(name) struct jump_label_key name
#define static_branch_unlikely(key) unlikely(static_branch(key))
#define static_branch_inc(key) jump_label_inc(key)
#define static_branch_dec(key) jump_label_dec(key)
#endif

#if ANT_LINUX_BEFORE(3, 7, 0)
#define VM_DONTDUMP VM_RESERVED
/* Without the flags: what it takes for them is not for modules. */
#undef get_unused_fd_flags
#define get_unused_fd_flags(flags) get_unused_fd()
#endif

#if !ANT_LINUX_BEFORE(4, 11, 0)
#include <linux/sched/signal.h> /* before: linux/sched.h */
#endif

#if ANT_LINUX_BEFORE(4, 17, 0)
#define vm_fault_t int
#endif

/* device.c */
vm_fault_t ant_fault_at(struct vm_area_struct *vma, unsigned long address);

#if ANT_LINUX_BEFORE(4, 11, 0)
static inline vm_fault_t ant_fault(struct vm_area_struct *vma,
				   struct vm_fault *fault)
{
	return ant_fault_at(vma, (unsigned long)fault->virtual_address);
}
#else
static inline vm_fault_t ant_fault(struct vm_fault *fault)
{
	return ant_fault_at(fault->vma, fault->address);
}
#endif

#if !ANT_LINUX_BEFORE(5, 14, 0)
#include <linux/panic_notifier.h> /* before: linux/kernel.h */
#endif

#if ANT_LINUX_BEFORE(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}
#endif

#endif /* ANT_COMPAT_H */
