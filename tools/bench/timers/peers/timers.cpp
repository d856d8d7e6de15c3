// The C timing wheel. `tools/bench/timers/swift` does the same to Sluice's.
#include "measure.hpp"

extern "C" {
#include "wheel.h"
}

using measure::Result;
using measure::Word;

namespace {

constexpr Word longest_delay = 1 << 30;
constexpr Word coarse_step = 1 << 20;
// Shares no factor with a power of ten: steps of it visit every timer, far from the one before.
constexpr Word stride = 618'033;

// xorshift64
struct Delays {
    Word state = 88'172'645'463'325'252;
    Word next() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state % longest_delay + 1;
    }
};

class Stopwatch {
    std::chrono::steady_clock::duration taken{};

public:
    template <class Body> void measure(Body body) {
        const auto began = std::chrono::steady_clock::now();
        body();
        taken += std::chrono::steady_clock::now() - began;
    }
    double seconds() const { return std::chrono::duration<double>(taken).count(); }
};

class Wheel {
    wheel slots;
    timer *timers;
    Word size;
    Word now = 0;
    Word place = 0;
    Delays delays;

public:
    // Zeroed here, so that no page is new when it is measured, as ours are not.
    explicit Wheel(Word size) : timers(new timer[size]()), size(size) {
        wheel_init(&slots);
    }
    ~Wheel() { delete[] timers; }
    Wheel(const Wheel &) = delete;

    void set_all() {
        for (Word index = 0; index < size; ++index) wheel_set(&slots, scattered(), now + delays.next());
    }
    void cancel_all() {
        for (Word index = 0; index < size; ++index) wheel_cancel(&slots, scattered());
    }
    void reset(Word count) {
        for (Word index = 0; index < count; ++index) wheel_set(&slots, scattered(), now + delays.next());
    }
    // What `reset` does beside resetting; the sum, so that it is done.
    Word loop(Word count) {
        Word sum = 0;
        for (Word index = 0; index < count; ++index) sum += Word(scattered() - timers) ^ (now + delays.next());
        return sum;
    }
    void expire(Word count, bool is_tickless) {
        for (Word taken = 0; taken < count;) {
            now = is_tickless ? wheel_next(&slots) : now + coarse_step;
            wheel_advance(&slots, now);
            while (timer *due = wheel_take(&slots)) {
                wheel_set(&slots, due, now + delays.next());
                ++taken;
            }
        }
    }

private:
    timer *scattered() {
        place += stride;
        if (place >= size) place %= size;
        return &timers[place];
    }
};

Result filling(Word size, Word count, bool is_cancelling) {
    Wheel wheel(size);
    Stopwatch setting, cancelling;
    for (Word done = 0; done < count; done += size) {
        setting.measure([&] { wheel.set_all(); });
        cancelling.measure([&] { wheel.cancel_all(); });
    }
    return {is_cancelling ? cancelling.seconds() : setting.seconds(), 0, 0};
}

Result resetting(Word size, Word count) {
    Wheel wheel(size);
    Stopwatch stopwatch;
    wheel.set_all();
    stopwatch.measure([&] { wheel.reset(count); });
    return {stopwatch.seconds(), 0, 0};
}

Result looping(Word size, Word count) {
    Wheel wheel(size);
    Stopwatch stopwatch;
    Word sum = 0;
    stopwatch.measure([&] { sum = wheel.loop(count); });
    return {stopwatch.seconds(), sum > 0, 1};
}

Result expiring(Word size, Word count, bool is_tickless) {
    Wheel wheel(size);
    Stopwatch stopwatch;
    wheel.set_all();
    stopwatch.measure([&] { wheel.expire(count, is_tickless); });
    return {stopwatch.seconds(), 0, 0};
}

}  // namespace

int main(int count, char **arguments) {
    measure::Table table;
    for (const Word size : {1'000, 100'000, 1'000'000}) {
        table.add("C wheel", "insert", size, [=](Word count) { return filling(size, count, false); });
        table.add("C wheel", "cancel", size, [=](Word count) { return filling(size, count, true); });
        table.add("C wheel", "reset", size, [=](Word count) { return resetting(size, count); });
        table.add("C wheel", "loop", size, [=](Word count) { return looping(size, count); });
        table.add("C wheel", "expire", size, [=](Word count) { return expiring(size, count, false); });
        table.add("C wheel", "expire-tickless", size, [=](Word count) { return expiring(size, count, true); });
    }
    return table.main(count, arguments);
}
