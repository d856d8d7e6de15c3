// Boost.Lockfree: spsc_queue, and queue for many producers, both of a fixed capacity.
#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>

#include "measure.hpp"

namespace measure {

template <class Element> class BoostLink {
    boost::lockfree::spsc_queue<Element, boost::lockfree::capacity<capacity>> queue;

public:
    using Message = Element;

    bool push(const Message &message) { return queue.push(message); }
    bool pop(Message &message) { return queue.pop(message); }
    std::size_t push_batch(Word first, std::size_t count) {
        std::array<Message, batch> messages;
        for (std::size_t index = 0; index < count; ++index) messages[index] = Message(first + index);
        return queue.push(messages.data(), count);
    }
    std::size_t pop_batch(std::size_t count, Word &sum) {
        std::array<Message, batch> messages;
        count = queue.pop(messages.data(), count);
        for (std::size_t index = 0; index < count; ++index) sum += digest(messages[index]);
        return count;
    }
};

template <class Element> class BoostSub {
    boost::lockfree::queue<Element, boost::lockfree::capacity<capacity>> queue;

public:
    using Message = Element;

    bool push(std::size_t, const Message &message) { return queue.push(message); }
    std::size_t pop_batch(std::size_t count, Word &sum) {
        Message message;
        std::size_t popped = 0;
        while (popped < count && queue.pop(message)) {
            sum += digest(message);
            ++popped;
        }
        return popped;
    }
};

}  // namespace measure

int main(int count, char **arguments) {
    using namespace measure;
    Table table;
    table.add_link<BoostLink>("boost spsc_queue");
    table.add_sub<BoostSub>("boost queue");
    return table.main(count, arguments);
}
