#include "wheel.h"

#include <stddef.h>

static void list_init(struct timer *head) { head->next = head->previous = head; }

static void append(struct timer *head, struct timer *timer) {
    timer->next = head;
    timer->previous = head->previous;
    head->previous->next = timer;
    head->previous = timer;
}

/* Moves all of `from` behind the last of `head`. */
static void splice(struct timer *head, struct timer *from) {
    if (from->next == from) return;
    from->next->previous = head->previous;
    from->previous->next = head;
    head->previous->next = from->next;
    head->previous = from->previous;
    list_init(from);
}

void wheel_init(struct wheel *wheel) {
    wheel->now = 0;
    list_init(&wheel->expired);
    for (int level = 0; level < WHEEL_LEVELS; ++level) wheel->occupied[level] = 0;
    for (int slot = 0; slot < WHEEL_LEVELS * WHEEL_SLOTS; ++slot) list_init(&wheel->slots[slot]);
}

/* Puts a timer that is in no list where it belongs. */
static void place(struct wheel *wheel, struct timer *timer) {
    if (timer->deadline <= wheel->now) {
        append(&wheel->expired, timer);
        return;
    }
    const unsigned level = (63 - __builtin_clzll(timer->deadline ^ wheel->now)) / WHEEL_BITS;
    const unsigned slot = timer->deadline >> (level * WHEEL_BITS) & (WHEEL_SLOTS - 1);
    append(&wheel->slots[level * WHEEL_SLOTS + slot], timer);
    wheel->occupied[level] |= UINT64_C(1) << slot;
}

void wheel_cancel(struct wheel *wheel, struct timer *timer) {
    if (timer->next == NULL) return;
    timer->previous->next = timer->next;
    timer->next->previous = timer->previous;
    if (timer->next == timer->previous && timer->next != &wheel->expired) {
        const unsigned slot = timer->next - wheel->slots;
        wheel->occupied[slot / WHEEL_SLOTS] &= ~(UINT64_C(1) << slot % WHEEL_SLOTS);
    }
    timer->next = NULL;
}

void wheel_set(struct wheel *wheel, struct timer *timer, uint64_t deadline) {
    wheel_cancel(wheel, timer);
    timer->deadline = deadline;
    place(wheel, timer);
}

void wheel_advance(struct wheel *wheel, uint64_t now) {
    struct timer passed;
    list_init(&passed);
    for (unsigned level = 0; level < WHEEL_LEVELS; ++level) {
        const unsigned shift = level * WHEEL_BITS;
        const int is_same_turn = level == WHEEL_LEVELS - 1 ||
                                 wheel->now >> shift >> WHEEL_BITS == now >> shift >> WHEEL_BITS;
        const unsigned slot = now >> shift & (WHEEL_SLOTS - 1);
        uint64_t slots = wheel->occupied[level];
        if (is_same_turn) slots &= ~UINT64_C(0) >> (WHEEL_SLOTS - 1 - slot);
        wheel->occupied[level] &= ~slots;
        for (; slots != 0; slots &= slots - 1)
            splice(&passed, &wheel->slots[level * WHEEL_SLOTS + __builtin_ctzll(slots)]);
        if (is_same_turn) break;
    }
    wheel->now = now;
    while (passed.next != &passed) {
        struct timer *timer = passed.next;
        passed.next = timer->next;
        place(wheel, timer);
    }
}

struct timer *wheel_take(struct wheel *wheel) {
    struct timer *timer = wheel->expired.next;
    if (timer == &wheel->expired) return NULL;
    wheel->expired.next = timer->next;
    timer->next->previous = &wheel->expired;
    timer->next = NULL;
    return timer;
}

uint64_t wheel_next(const struct wheel *wheel) {
    if (wheel->expired.next != &wheel->expired) return wheel->now;
    for (unsigned level = 0; level < WHEEL_LEVELS; ++level) {
        if (wheel->occupied[level] == 0) continue;
        const unsigned shift = level * WHEEL_BITS;
        const uint64_t slot = __builtin_ctzll(wheel->occupied[level]);
        return ((wheel->now >> shift & ~(uint64_t)(WHEEL_SLOTS - 1)) | slot) << shift;
    }
    return UINT64_MAX;
}
