// What is measured, once for all peers: each operation is a template over a queue, and a program of peers is a table of
// queues and operations. `tools/bench/queues/swift` measures the same operations on Sluice's queues, in the same way.
#pragma once

#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace measure {

constexpr std::size_t capacity = 1024;
constexpr std::size_t batch = 16;
constexpr std::size_t cursors = 3;
constexpr std::size_t cache_line_pair = 128;

using Word = std::uint64_t;

// A message of a whole cache line: a number, eight times.
struct Line {
    Word words[8];
    Line() = default;
    explicit Line(Word value) : words{value, value, value, value, value, value, value, value} {}
};

// A message that leaves room for one word in its cache line: a number, seven times.
struct MostOfLine {
    Word words[7];
    MostOfLine() = default;
    explicit MostOfLine(Word value) : words{value, value, value, value, value, value, value} {}
};

// What a reader makes of a message: of a line it reads both ends.
inline Word digest(Word message) { return message; }
inline Word digest(const MostOfLine &message) { return message.words[0] + message.words[6]; }
inline Word digest(const Line &message) { return message.words[0] + message.words[7]; }

// Looks again after a pause, for much longer than an answer takes, and then lets another thread have the core: whoever
// is waited for may need it.
class Waiting {
    unsigned turns = 0;
    unsigned patience = 100;

public:
    Waiting() = default;
    // With more threads than processors whoever waits gives its processor up at once.
    static Waiting among_many() {
        Waiting waiting;
        waiting.patience = 1;
        return waiting;
    }
    void turn() {
        __builtin_ia32_pause();
        if (++turns < patience) return;
        turns = 0;
        sched_yield();
    }
    // Without the pause, for whoever is to answer at once.
    void turn_at_once() {
        if (++turns < 5'000) return;
        turns = 0;
        sched_yield();
    }
};

// Keeps the calling thread on one of the processors that the program may use: a short run is over before the system
// has found out that two busy threads want two.
inline void stay_on(unsigned index) {
    static const cpu_set_t allowed = [] {
        cpu_set_t set;
        CPU_ZERO(&set);
        sched_getaffinity(0, sizeof set, &set);
        return set;
    }();
    unsigned skipped = index % std::max(1, CPU_COUNT(&allowed));
    for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
        if (!CPU_ISSET(processor, &allowed) || skipped-- > 0) continue;
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(processor, &set);
        sched_setaffinity(0, sizeof set, &set);
        return;
    }
}

// The other threads of a measurement, started together; the clock begins when all are there.
class Run {
    std::atomic<unsigned> arrived{0};
    std::atomic<bool> is_started{false};
    std::vector<std::thread> threads;
    std::chrono::steady_clock::time_point began;

public:
    template <class Body> void beside(Body body) {
        if (threads.empty()) stay_on(0);
        threads.emplace_back([this, body, index = unsigned(threads.size()) + 1] {
            stay_on(index);
            arrived.fetch_add(1);
            while (!is_started.load()) sched_yield();
            body();
        });
    }
    void start() {
        while (arrived.load() < threads.size()) sched_yield();
        began = std::chrono::steady_clock::now();
        is_started.store(true);
    }
    double seconds() {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
        for (auto &thread : threads) thread.join();
        return taken.count();
    }
};

struct Result {
    double seconds;
    Word sum;
    Word expected;
};

// What the messages 0 to count - 1 come to.
template <class Message> Word sum_below(Word count) {
    const Word sum = count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
    return digest(Message(sum));
}

template <class Queue> void push_all(Queue &queue, Word count) {
    using Message = typename Queue::Message;
    Waiting waiting;
    for (Word index = 0; index < count; ++index)
        while (!queue.push(Message(index))) waiting.turn();
}

template <class Queue> Word pop_all(Queue &queue, Word count) {
    typename Queue::Message message;
    Waiting waiting;
    Word sum = 0;
    for (Word index = 0; index < count; ++index) {
        while (!queue.pop(message)) waiting.turn();
        sum += digest(message);
    }
    return sum;
}

template <class Queue> void push_batches(Queue &queue, Word count) {
    Waiting waiting;
    for (Word index = 0; index < count;) {
        const std::size_t pushed = queue.push_batch(index, std::min<Word>(batch, count - index));
        index += pushed;
        if (pushed == 0) waiting.turn();
    }
}

template <class Queue> Word pop_batches(Queue &queue, Word count, Waiting waiting = {}) {
    Word sum = 0;
    for (Word taken = 0; taken < count;) {
        const std::size_t popped = queue.pop_batch(batch, sum);
        taken += popped;
        if (popped == 0) waiting.turn();
    }
    return sum;
}

// One thread: a message in, the message out.
template <class Queue> Result single(Word count) {
    using Message = typename Queue::Message;
    const auto queue = std::make_unique<Queue>();
    Message message;
    Word sum = 0;
    Run run;
    run.start();
    for (Word index = 0; index < count; ++index) {
        if (!queue->push(Message(index))) break;
        if (!queue->pop(message)) break;
        sum += digest(message);
    }
    return {run.seconds(), sum, sum_below<typename Queue::Message>(count)};
}

// One thread: 16 messages in, 16 out.
template <class Queue> Result single_batch(Word count) {
    const auto queue = std::make_unique<Queue>();
    Word sum = 0;
    Run run;
    run.start();
    for (Word index = 0; index < count; index += batch) {
        const std::size_t asked = std::min<Word>(batch, count - index);
        if (queue->push_batch(index, asked) != asked) break;
        if (queue->pop_batch(asked, sum) != asked) break;
    }
    return {run.seconds(), sum, sum_below<typename Queue::Message>(count)};
}

// Two threads, one way.
template <class Queue> Result one_way(Word count) {
    const auto queue = std::make_unique<Queue>();
    Run run;
    run.beside([&] { push_all(*queue, count); });
    run.start();
    const Word sum = pop_all(*queue, count);
    return {run.seconds(), sum, sum_below<typename Queue::Message>(count)};
}

template <class Queue> Result one_way_batch(Word count) {
    const auto queue = std::make_unique<Queue>();
    Run run;
    run.beside([&] { push_batches(*queue, count); });
    run.start();
    const Word sum = pop_batches(*queue, count);
    return {run.seconds(), sum, sum_below<typename Queue::Message>(count)};
}

// Two threads, a message there and back before the next.
template <class Queue> Result ping_pong(Word count) {
    using Message = typename Queue::Message;
    const auto there = std::make_unique<Queue>();
    const auto back = std::make_unique<Queue>();
    Run run;
    run.beside([&] {
        Waiting waiting;
        Message message;
        for (Word index = 0; index < count; ++index) {
            while (!there->pop(message)) waiting.turn_at_once();
            while (!back->push(message)) waiting.turn_at_once();
        }
    });
    Message message;
    Waiting waiting;
    Word sum = 0;
    run.start();
    for (Word index = 0; index < count; ++index) {
        while (!there->push(Message(index))) waiting.turn_at_once();
        while (!back->pop(message)) waiting.turn_at_once();
        sum += digest(message);
    }
    return {run.seconds(), sum, sum_below<typename Queue::Message>(count)};
}

// Two producers, each on a thread of its own, push half of the messages each; the consumer takes up to 16 at a time.
// The queue is told the producer's number.
template <class Queue> Result two_producers(Word count) {
    using Message = typename Queue::Message;
    const auto queue = std::make_unique<Queue>();
    const Word half = count / 2;
    Run run;
    for (std::size_t producer = 0; producer < 2; ++producer)
        run.beside([&, producer] {
            Waiting waiting = Waiting::among_many();
            for (Word index = 0; index < half; ++index)
                while (!queue->push(producer, Message(index))) waiting.turn();
        });
    run.start();
    const Word sum = pop_batches(*queue, 2 * half, Waiting::among_many());
    return {run.seconds(), sum, 2 * sum_below<typename Queue::Message>(half)};
}

// The same on one thread: a message from each producer, and both out.
template <class Queue> Result two_producers_single(Word count) {
    using Message = typename Queue::Message;
    const auto queue = std::make_unique<Queue>();
    const Word half = count / 2;
    Word sum = 0;
    Run run;
    run.start();
    for (Word index = 0; index < half; ++index) {
        if (!queue->push(0, Message(index)) || !queue->push(1, Message(index))) break;
        for (std::size_t left = 2; left > 0;) left -= queue->pop_batch(left, sum);
    }
    return {run.seconds(), sum, 2 * sum_below<typename Queue::Message>(half)};
}

// One thread publishes, another reads with three cursors in turn, up to 16 messages each.
template <class Queue> Result multicast(Word count) {
    const auto queue = std::make_unique<Queue>();
    Run run;
    run.beside([&] { push_all(*queue, count); });
    Waiting waiting;
    Word sum = 0;
    run.start();
    for (Word taken = 0; taken < count * cursors;) {
        std::size_t popped = 0;
        for (std::size_t cursor = 0; cursor < cursors; ++cursor) popped += queue->pop_batch(cursor, batch, sum);
        taken += popped;
        if (popped == 0) waiting.turn();
    }
    return {run.seconds(), sum, cursors * sum_below<typename Queue::Message>(count)};
}

// One thread: a message in, and out at each of three cursors.
template <class Queue> Result multicast_single(Word count) {
    using Message = typename Queue::Message;
    const auto queue = std::make_unique<Queue>();
    Word sum = 0;
    Run run;
    run.start();
    for (Word index = 0; index < count; ++index) {
        if (!queue->push(Message(index))) break;
        for (std::size_t cursor = 0; cursor < cursors; ++cursor) queue->pop_batch(cursor, 1, sum);
    }
    return {run.seconds(), sum, cursors * sum_below<typename Queue::Message>(count)};
}

// What a program of peers can measure.
class Table {
    struct Entry {
        std::string name, operation;
        unsigned size;
        std::function<Result(Word)> body;
    };
    std::vector<Entry> entries;

public:
    void add(std::string name, std::string operation, unsigned size, std::function<Result(Word)> body) {
        entries.push_back({std::move(name), std::move(operation), size, std::move(body)});
    }
    // The operations of a queue with one producer and one consumer; `Queue` is a template over its message.
    template <template <class> class Queue> void add_link(const std::string &name) {
        add_link_of<Queue<Word>>(name);
        add_link_of<Queue<Line>>(name);
        add(name, "pingpong", sizeof(MostOfLine), ping_pong<Queue<MostOfLine>>);
    }
    template <template <class> class Queue> void add_sub(const std::string &name) {
        add(name, "producers", sizeof(Word), two_producers<Queue<Word>>);
        add(name, "producers", sizeof(Line), two_producers<Queue<Line>>);
        add(name, "producers-single", sizeof(Word), two_producers_single<Queue<Word>>);
        add(name, "producers-single", sizeof(Line), two_producers_single<Queue<Line>>);
    }
    template <template <class> class Queue> void add_pub(const std::string &name) {
        add(name, "multicast", sizeof(Word), multicast<Queue<Word>>);
        add(name, "multicast", sizeof(Line), multicast<Queue<Line>>);
        add(name, "multicast-single", sizeof(Word), multicast_single<Queue<Word>>);
        add(name, "multicast-single", sizeof(Line), multicast_single<Queue<Line>>);
    }
    // Runs what the command line asks for; the program's exit status.
    int main(int count, char **arguments) const;

private:
    template <class Queue> void add_link_of(const std::string &name) {
        constexpr unsigned bytes = sizeof(typename Queue::Message);
        add(name, "single", bytes, single<Queue>);
        add(name, "single-batch", bytes, single_batch<Queue>);
        add(name, "oneway", bytes, one_way<Queue>);
        add(name, "batch", bytes, one_way_batch<Queue>);
        add(name, "pingpong", bytes, ping_pong<Queue>);
    }
    int list() const;
};

}  // namespace measure
