/* A hierarchical timing wheel as it is written in C: timers in doubly linked lists, eleven levels of 64 slots, a word
 * for each level that says which slots are occupied. Time advances in one step of any size: what is due goes to a list of
 * expired timers, slot by slot and not sorted within one, and what is not goes to the slot where it belongs now. */
#pragma once

#include <stdint.h>

enum { WHEEL_BITS = 6, WHEEL_SLOTS = 1 << WHEEL_BITS, WHEEL_LEVELS = 11 };

struct timer {
    struct timer *next, *previous; /* next is null when the timer is not set */
    uint64_t deadline;
};

struct wheel {
    uint64_t now;
    uint64_t occupied[WHEEL_LEVELS];
    struct timer expired; /* heads of circular lists */
    struct timer slots[WHEEL_LEVELS * WHEEL_SLOTS];
};

void wheel_init(struct wheel *wheel);
/* Sets the timer in place of what it was set to. */
void wheel_set(struct wheel *wheel, struct timer *timer, uint64_t deadline);
void wheel_cancel(struct wheel *wheel, struct timer *timer);
/* Finds the timers that are due at `now`, which does not go back. */
void wheel_advance(struct wheel *wheel, uint64_t now);
/* Takes one of them, or null. */
struct timer *wheel_take(struct wheel *wheel);
/* When to advance next: never later than the first deadline; UINT64_MAX when no timer is set. */
uint64_t wheel_next(const struct wheel *wheel);
