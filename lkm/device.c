// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/ant: what the parent process and the proxy processes call, how they sleep
 * and wake up. See include/antlinux/device.h for the meaning of each call.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
/* Behind fs.h: in Linux 3.0.8 it names that header's structures without declaring them. */
#include <linux/anon_inodes.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <antlinux/areas.h>
#include <antlinux/mint.h>

#include "antlinux.h"
#include "failpoints.h"
#include "observe.h"
#include "peers.h"

/* Out of memory, Linux ends proxies before all others: only their own callers lose by it. */
#define ANT_PROXY_OOM_SCORE 500

/*
 * What comes in with a page that is touched: of the 32 KiB around it what belongs to the same
 * process. So an LCA, its payload and a small buffer come in at once.
 */
#define ANT_FAULT_PAGES 8ul

static DEFINE_RATELIMIT_STATE(ant_remarks, 5 * HZ, 10);
/* A new AnT, and the first time that a ring is corrupt: seldom, unless AnT misbehaves. */
static DEFINE_RATELIMIT_STATE(ant_rare_remarks, 5 * HZ, 20);

static struct ant_file *ant_file_of(struct ant_client *client)
{
	return container_of(client, struct ant_file, client);
}

static void ant_ring_bell(unsigned int core)
{
	int error = mint_send_ipi(core, ant.core.result_vector);

	if (error)
		pr_err_ratelimited("core %u: no IPI: error %d\n", core, error);
	/*
	 * An emulator that runs the cores in turns lets AnT's run now, as it
	 * would: not only when this one has nothing left to do.
	 */
	cpu_relax();
}

static void ant_wake_up(const struct ant_file *file)
{
	if (file->sleeper)
		wake_up_process(file->sleeper);
}

/* A process that has not mapped AnT's memory yet finds out when it tries to. */
static void ant_send_signals(void)
{
	struct ant_file *file;
	int signal;

	ant.core.interrupting = false;
	list_for_each_entry(file, &ant.files, all) {
		signal = ant_signal(&file->client);
		ant.core.interrupting |= signal == SIGUSR1;
		if (signal && file->pid)
			kill_pid(file->pid, signal, 1);
	}
}

static void ant_carry_out_more(const struct ant_todo *todo)
{
	struct ratelimit_state *limit = todo->rare ? &ant_rare_remarks : &ant_remarks;
	char *line, *lines = ant.core.remarks;
	struct ant_file *file;

	if (todo->wake_all)
		list_for_each_entry(file, &ant.files, all) {
			ant_wake_up(file);
			if (todo->kill && file->client.is_proxy && file->client.maps)
				kill_pid(file->pid, SIGKILL, 1);
		}
	if (todo->signal)
		ant_send_signals();
	if (todo->retry || ant.core.interrupting)
		schedule_delayed_work(&ant.retry, 1);
	else if (todo->retry_later)
		schedule_delayed_work(&ant.retry, HZ);
	if (todo->orphaned) {
		cancel_delayed_work(&ant.patience);
		schedule_delayed_work(&ant.patience, ant_parent_seconds * HZ);
	}
	for (lines[todo->said] = '\0'; (line = strsep(&lines, "\n")) && *line;) {
		if (!__ratelimit(limit))
			continue;
		if (todo->well)
			pr_info("%s\n", line);
		else
			pr_warn("%s\n", line);
	}
}

void ant_carry_out(struct ant_todo *todo)
{
	u32 cores;

	for (cores = todo->ring; cores; cores &= cores - 1)
		ant_ring_bell(__ffs(cores));
	if (todo->wake)
		ant_wake_up(ant_file_of(todo->wake));
	if (todo->more)
		ant_carry_out_more(todo);
	*todo = (struct ant_todo){};
}

/*
 * One step of a command: what can be done without sleeping. -EAGAIN: the caller may call schedule()
 * and is woken for the next step, even when that happens before it sleeps. A queue of waiting
 * processes would cost more, and never have two in it.
 */
static int ant_step(struct ant_file *file, struct ant_command *command)
{
	int error;

	spin_lock_irq(&ant.lock);
	error = ant_obey(&ant.core, &file->client, command);
	if (ant.core.todo.any)
		ant_carry_out(&ant.core.todo);
	if (error == -EAGAIN) {
		file->sleeper = current;
		set_current_state(TASK_INTERRUPTIBLE);
	} else {
		file->sleeper = NULL;
	}
	spin_unlock_irq(&ant.lock);
	return error;
}

/* A signal has come instead of what the command waits for. */
static int ant_stop_waiting(struct ant_file *file, const struct ant_command *command)
{
	__set_current_state(TASK_RUNNING);
	spin_lock_irq(&ant.lock);
	file->sleeper = NULL;
	spin_unlock_irq(&ant.lock);
	/* What has done its own part must not be restarted from the beginning. */
	return command->goes_on ? -EINTR : -ERESTARTSYS;
}

static int ant_run(struct ant_file *file, struct ant_command *command)
{
	int error;

	while ((error = ant_step(file, command)) == -EAGAIN) {
		if (signal_pending(current))
			return ant_stop_waiting(file, command);
		schedule();
		/* SIGKILL came first: the call must not be taken for begun. */
		if (fatal_signal_pending(current))
			return ant_stop_waiting(file, command);
	}
	return error;
}

static int ant_info(struct antlinux_info __user *to)
{
	struct antlinux_info info;
	bool connected;

	spin_lock_irq(&ant.lock);
	info = ant.core.info;
	connected = ant.core.connected;
	spin_unlock_irq(&ant.lock);
	if (!connected)
		return -ENXIO;
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

static long ant_bind_file(struct ant_file *parent, const void __user *argument);

static long ant_ioctl(struct file *opened, unsigned int number, unsigned long address)
{
	struct ant_file *file = opened->private_data;
	void __user *argument = (void __user *)address;
	struct ant_command command;
	int error;

	if (number == ANT_INFO)
		return ant_info(argument);
	if (number == ANT_TRACE)
		return ant_trace_begin(&file->client);
	if (number == ANT_BIND)
		return ant_bind_file(file, argument);
	if (ANT_IS_FAILPOINT(number))
		return ant_failpoint_proxy(&file->client, address);
	command.number = number;
	command.goes_on = false;
	if (_IOC_DIR(number) & _IOC_WRITE &&
	    copy_from_user(&command.request, argument, sizeof(command.request)))
		return -EFAULT;
	error = ant_run(file, &command);
	if (!error && (number == ANT_GET || number == ANT_WAKE))
		ant_failpoint_sleep(command.request.raddr, ANTLINUX_STOP_PARENT);
	if (error >= 0 && _IOC_DIR(number) & _IOC_READ &&
	    copy_to_user(argument, &command.request, sizeof(command.request)))
		error = -EFAULT;
	return error;
}

static struct ant_file *ant_new_file(void)
{
	struct ant_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return NULL;
	spin_lock_irq(&ant.lock);
	list_add(&file->all, &ant.files);
	spin_unlock_irq(&ant.lock);
	return file;
}

static int ant_open(struct inode *inode, struct file *opened)
{
	opened->private_data = ant_new_file();
	return opened->private_data ? 0 : -ENOMEM;
}

static void ant_delete_file(struct ant_file *file)
{
	ant_trace_end(&file->client);
	spin_lock_irq(&ant.lock);
	list_del(&file->all);
	ant_close(&ant.core, &file->client);
	if (ant.core.todo.any)
		ant_carry_out(&ant.core.todo);
	spin_unlock_irq(&ant.lock);
	put_pid(file->pid);
	kfree(file);
}

static int ant_release(struct inode *inode, struct file *opened)
{
	ant_delete_file(opened->private_data);
	return 0;
}

/* Who may use a page, as AnT says; 0: nobody in particular, and outside the ICA. */
static u32 ant_user_of(unsigned long frame)
{
	const struct antlinux_areas *areas =
		(const struct antlinux_areas *)(ant.core.memory + ANTLINUX_AREAS_OFFSET);
	unsigned long page = frame - (ant.core.info.ica_base >> PAGE_SHIFT);

	if (page >= min_t(unsigned long, ant.core.info.ica_size >> PAGE_SHIFT, ANTLINUX_ICA_PAGES))
		return 0;
	return READ_ONCE(areas->user[READ_ONCE(areas->area[page]) % ANTLINUX_AREAS]);
}

/*
 * Mapping AnT's memory costs nothing: pages come in on first touch, some
 * neighbours with them. They are ordinary pages to Linux (struct page, not raw
 * page frames), so that everything which looks up the pages behind a buffer
 * works on them: O_DIRECT, and 9p's transfers without copying.
 */
vm_fault_t ant_fault_at(struct vm_area_struct *vma, unsigned long address)
{
	unsigned long wanted = (address - vma->vm_start) >> PAGE_SHIFT;
	unsigned long first = wanted - wanted % ANT_FAULT_PAGES;
	u32 user = ant_user_of(vma->vm_pgoff + wanted);
	unsigned long page;
	int error;

	for (page = first; page < min(first + ANT_FAULT_PAGES, vma_pages(vma)); page++) {
		if (page != wanted && ant_user_of(vma->vm_pgoff + page) != user)
			continue;
		error = vm_insert_page(vma, vma->vm_start + page * PAGE_SIZE,
				       pfn_to_page(vma->vm_pgoff + page));
		/* EBUSY: it is there already. */
		if (page == wanted && error && error != -EBUSY)
			return error == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	}
	return VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct ant_mapping_operations = {
	.fault = ant_fault,
};

/* The offset is the physical address. */
static int ant_mmap(struct file *opened, struct vm_area_struct *vma)
{
	struct ant_file *file = opened->private_data;
	unsigned long region = ant.core.info.region_base >> PAGE_SHIFT;
	unsigned long region_pages = ant.core.info.region_size >> PAGE_SHIFT;
	int error;

	if (vma->vm_pgoff < region || vma_pages(vma) > region_pages ||
	    vma->vm_pgoff - region > region_pages - vma_pages(vma) || !(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;

	/* When AnT is started anew, those who can write to its memory must go. */
	spin_lock_irq(&ant.lock);
	error = ant_map(&ant.core, &file->client);
	if (!error && !file->pid)
		file->pid = get_pid(task_tgid(current));
	spin_unlock_irq(&ant.lock);
	if (error)
		return error;
	if (file->client.is_proxy)
		current->signal->oom_score_adj = ANT_PROXY_OOM_SCORE;

	/*
	 * A child has its own calls: it maps for itself. What can only be read it may inherit,
	 * with the pages that are there already. No AnT memory in dumps.
	 */
	vm_flags_set(vma, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTDUMP);
	if (vma->vm_flags & VM_MAYWRITE)
		vm_flags_set(vma, VM_DONTCOPY);
	vma->vm_ops = &ant_mapping_operations;
	return 0;
}

static const struct file_operations ant_operations = {
	.owner = THIS_MODULE,
	.open = ant_open,
	.release = ant_release,
	.unlocked_ioctl = ant_ioctl,
	.mmap = ant_mmap,
	.llseek = noop_llseek,
};

/*
 * The file of a new proxy. It has no name: who may not open the device gets no
 * second one through /proc/self/fd either.
 */
static struct file *ant_proxy_file(void)
{
	struct ant_file *file = ant_new_file();
	struct file *opened;

	if (!file)
		return ERR_PTR(-ENOMEM);
	opened = anon_inode_getfile("ant-proxy", &ant_operations, file, O_RDWR);
	if (IS_ERR(opened))
		ant_delete_file(file);
	return opened;
}

static int ant_bind_proxy(struct ant_file *parent, struct ant_file *proxy,
			  const struct antlinux_bind *bind)
{
	int error;

	spin_lock_irq(&ant.lock);
	error = ant_bind(&ant.core, &parent->client, &proxy->client, bind);
	if (ant.core.todo.any)
		ant_carry_out(&ant.core.todo);
	spin_unlock_irq(&ant.lock);
	return error;
}

static long ant_bind_file(struct ant_file *parent, const void __user *argument)
{
	struct antlinux_bind bind;
	struct file *opened;
	int number, error;

	if (copy_from_user(&bind, argument, sizeof(bind)))
		return -EFAULT;
	number = get_unused_fd_flags(O_CLOEXEC);
	if (number < 0)
		return number;
	opened = ant_proxy_file();
	if (IS_ERR(opened)) {
		put_unused_fd(number);
		return PTR_ERR(opened);
	}
	error = ant_bind_proxy(parent, opened->private_data, &bind);
	if (error) {
		put_unused_fd(number);
		fput(opened);
		return error;
	}
	fd_install(number, opened);
	return number;
}

struct miscdevice ant_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ant",
	.fops = &ant_operations,
	.mode = 0600,
};
