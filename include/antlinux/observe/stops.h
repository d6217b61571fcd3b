/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stops of a call's way from AnT to Linux and back, and the time stamps that it may leave at each.
 *
 * This table is the only one. The numbers follow its order. A stop's word names the time that led
 * to it, and its sentence says what is true from there on. `measure steps`, ant-trace,
 * ./antbed trace and debug, the report of make bench, and docs/seeing-calls.md take them from here.
 */
#ifndef ANTLINUX_OBSERVE_STOPS_H
#define ANTLINUX_OBSERVE_STOPS_H

#include "../abi.h"
#include "../lca.h"

/* STOP(NUMBER, word, sentence) */
#define ANTLINUX_STOPS(STOP)                                                     \
	STOP(CALL, "call", "the caller has begun it")                            \
	STOP(REQUEST, "request", "AnT's driver has it for the request ring")     \
	STOP(VECTOR, "vector", "Linux's core has taken the IPI, in Mint")        \
	STOP(HEARD, "heard", "the module has it, in the interrupt")              \
	STOP(PARENT, "parent", "the parent process is awake and has it")         \
	STOP(HANDED, "handed", "the parent has given it to a proxy")             \
	STOP(BEGUN, "begun", "the proxy has begun")                              \
	STOP(DONE, "done", "the proxy has executed it")                          \
	STOP(ANSWER, "answer", "the module has the answer for the result ring") \
	STOP(RESULT, "result", "AnT's driver has the answer")                    \
	STOP(RETURN, "return", "the caller goes on")

#define ANTLINUX_STOP_NUMBER(name, word, sentence) ANTLINUX_STOP_##name,
enum antlinux_stop { ANTLINUX_STOPS(ANTLINUX_STOP_NUMBER) ANTLINUX_STOP_COUNT };

/*
 * An LCA's block `observe`. Each stop whose bit is set in `wanted` stores the low 32 bits of the
 * time stamp counter, which both OSes see. Where no bit is set nothing is stored. The caller keeps
 * the stamps of the first and the last stop itself. The stops in the Linux module also have to be
 * switched on (/sys/module/antlinux/parameters/stamps, ANT_TRACE).
 */
#define ANTLINUX_WANTED(stop) (1u << (stop)) /* stored by the process, which keeps it   */
#define ANTLINUX_RECORDED (1u << 31) /* every stop, for a recorded call (trace.h): stored
				      * by AnT's kernel, for as long as that call takes */

struct antlinux_stamps {
	antlinux_u32 wanted; /* ANTLINUX_WANTED, ANTLINUX_RECORDED                        */
	antlinux_u32 proxy;  /* the process on Linux that answered, if any stop is wanted */
	antlinux_u32 stamp[ANTLINUX_STOP_RETURN]; /* by stop */
};

ANTLINUX_LAYOUT(antlinux_stamps, stamp, 8);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_stamps) == ANTLINUX_LCA_OBSERVE_BYTES,
		       "the stamps fill the LCA's block");

/* The stamps of an LCA. */
static inline struct antlinux_stamps *antlinux_stamps_of(struct antlinux_lca *lca)
{
	void *block = lca->observe;

#ifdef __cplusplus
	return static_cast<antlinux_stamps *>(block);
#else
	return block;
#endif
}

/* Does a call with these bits leave a stamp there? */
static inline int antlinux_is_wanted(antlinux_u32 wanted, enum antlinux_stop stop)
{
	return (wanted & (ANTLINUX_WANTED(stop) | ANTLINUX_RECORDED)) != 0;
}

#endif /* ANTLINUX_OBSERVE_STOPS_H */
