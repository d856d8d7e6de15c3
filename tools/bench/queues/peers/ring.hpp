// The rings one would write by hand in C++: what the libraries' own are compared with, and ours.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

#include "measure.hpp"

namespace measure {

// One producer, one consumer. Each end keeps its own index and a copy of the other's, and looks at the shared one only
// when the copy says full, or empty.
template <class Element> class PlainRing {
    static constexpr Word mask = capacity - 1;
    static_assert((capacity & mask) == 0);

    alignas(cache_line_pair) std::atomic<Word> published{0};
    alignas(cache_line_pair) std::atomic<Word> consumed{0};
    alignas(cache_line_pair) struct { Word position = 0, consumed = 0; } producer;
    alignas(cache_line_pair) struct { Word position = 0, published = 0; } consumer;
    alignas(cache_line_pair) std::array<Element, capacity> slots;

public:
    using Message = Element;

    // Places that can be written, at most `count`.
    std::size_t claim(std::size_t count) {
        if (capacity - (producer.position - producer.consumed) < count)
            producer.consumed = consumed.load(std::memory_order_acquire);
        return std::min<Word>(count, capacity - (producer.position - producer.consumed));
    }
    // A place that was claimed, 0 the first.
    Message &claimed(std::size_t index) { return slots[(producer.position + index) & mask]; }
    void publish(std::size_t count) {
        producer.position += count;
        published.store(producer.position, std::memory_order_release);
    }
    // Messages that can be read, at most `count`.
    std::size_t available(std::size_t count) {
        if (consumer.published - consumer.position < count)
            consumer.published = published.load(std::memory_order_acquire);
        return std::min<Word>(count, consumer.published - consumer.position);
    }
    const Message &front(std::size_t index) const { return slots[(consumer.position + index) & mask]; }
    void release(std::size_t count) {
        consumer.position += count;
        consumed.store(consumer.position, std::memory_order_release);
    }

    bool push(const Message &message) {
        if (claim(1) == 0) return false;
        claimed(0) = message;
        publish(1);
        return true;
    }
    bool pop(Message &message) {
        if (available(1) == 0) return false;
        message = front(0);
        release(1);
        return true;
    }
    std::size_t push_batch(Word first, std::size_t count) {
        count = claim(count);
        if (count == 0) return 0;
        for (std::size_t index = 0; index < count; ++index) claimed(index) = Message(first + index);
        publish(count);
        return count;
    }
    std::size_t pop_batch(std::size_t count, Word &sum) {
        count = available(count);
        if (count == 0) return 0;
        for (std::size_t index = 0; index < count; ++index) sum += digest(front(index));
        release(count);
        return count;
    }
};

// Two producers: a ring for each, drained in turn.
template <class Element> class RingPerProducer {
    std::array<PlainRing<Element>, 2> rings;
    std::size_t next = 0;

public:
    using Message = Element;

    bool push(std::size_t producer, const Message &message) { return rings[producer].push(message); }
    std::size_t pop_batch(std::size_t count, Word &sum) {
        const std::size_t popped = rings[next].pop_batch(count, sum);
        next ^= 1;
        return popped > 0 ? popped : rings[next].pop_batch(count, sum);
    }
};

// One producer, three cursors that each see every message: a place is free when all have read it.
template <class Element> class MulticastRing {
    static constexpr Word mask = capacity - 1;

    struct alignas(cache_line_pair) Cursor {
        std::atomic<Word> consumed{0};
        Word position = 0, published = 0;
    };
    alignas(cache_line_pair) std::atomic<Word> published{0};
    alignas(cache_line_pair) struct { Word position = 0, slowest = 0; } producer;
    std::array<Cursor, cursors> readers;
    alignas(cache_line_pair) std::array<Element, capacity> slots;

    bool has_room() {
        if (producer.position - producer.slowest < capacity) return true;
        Word fill = 0;
        for (Cursor &reader : readers)
            fill = std::max(fill, producer.position - reader.consumed.load(std::memory_order_acquire));
        producer.slowest = producer.position - fill;
        return fill < capacity;
    }

public:
    using Message = Element;

    bool push(const Message &message) {
        if (!has_room()) return false;
        slots[producer.position & mask] = message;
        published.store(++producer.position, std::memory_order_release);
        return true;
    }
    std::size_t pop_batch(std::size_t cursor, std::size_t count, Word &sum) {
        Cursor &reader = readers[cursor];
        if (reader.published - reader.position < count)
            reader.published = published.load(std::memory_order_acquire);
        count = std::min<Word>(count, reader.published - reader.position);
        if (count == 0) return 0;
        for (std::size_t index = 0; index < count; ++index) sum += digest(slots[(reader.position + index) & mask]);
        reader.position += count;
        reader.consumed.store(reader.position, std::memory_order_release);
        return count;
    }
};

// A word that is full or empty: what this machine's cores take to see each other's stores. The calibration.
class SingleWord {
    alignas(cache_line_pair) std::atomic<Word> word{0};

public:
    using Message = Word;

    bool push(Message message) {
        word.store(message + 1, std::memory_order_release);
        return true;
    }
    bool pop(Message &message) {
        const Word value = word.load(std::memory_order_acquire);
        if (value == 0) return false;
        message = value - 1;
        word.store(0, std::memory_order_relaxed);
        return true;
    }
};

}  // namespace measure
