// DPDK's rte_ring on memory of its own, without DPDK's environment: in the modes of one producer and of many.
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include <cstdlib>
#include <new>

#include "measure.hpp"

namespace measure {

template <class Element, unsigned flags> class DpdkRing {
protected:
    struct rte_ring *ring;

    DpdkRing() {
        // A ring holds one message less than it has places, a power of two: it takes the next one.
        const ssize_t bytes = rte_ring_get_memsize_elem(sizeof(Element), 2 * capacity);
        ring = bytes < 0 ? nullptr : static_cast<struct rte_ring *>(std::aligned_alloc(cache_line_pair, bytes));
        if (ring == nullptr || rte_ring_init(ring, "bench", capacity, flags | RING_F_EXACT_SZ) != 0)
            throw std::bad_alloc();
    }
    ~DpdkRing() { std::free(ring); }

public:
    using Message = Element;

    std::size_t pop_batch(std::size_t count, Word &sum) {
        std::array<Message, batch> messages;
        count = rte_ring_sc_dequeue_burst_elem(ring, messages.data(), sizeof(Message), count, nullptr);
        for (std::size_t index = 0; index < count; ++index) sum += digest(messages[index]);
        return count;
    }
};

template <class Element> class DpdkLink : public DpdkRing<Element, RING_F_SP_ENQ | RING_F_SC_DEQ> {
public:
    using Message = Element;

    bool push(const Message &message) {
        return rte_ring_sp_enqueue_elem(this->ring, const_cast<Message *>(&message), sizeof(Message)) == 0;
    }
    bool pop(Message &message) { return rte_ring_sc_dequeue_elem(this->ring, &message, sizeof(Message)) == 0; }
    std::size_t push_batch(Word first, std::size_t count) {
        std::array<Message, batch> messages;
        for (std::size_t index = 0; index < count; ++index) messages[index] = Message(first + index);
        return rte_ring_sp_enqueue_burst_elem(this->ring, messages.data(), sizeof(Message), count, nullptr);
    }
};

template <class Element> class DpdkSub : public DpdkRing<Element, RING_F_SC_DEQ> {
public:
    using Message = Element;

    bool push(std::size_t, const Message &message) {
        return rte_ring_mp_enqueue_elem(this->ring, const_cast<Message *>(&message), sizeof(Message)) == 0;
    }
};

}  // namespace measure

int main(int count, char **arguments) {
    using namespace measure;
    Table table;
    table.add_link<DpdkLink>("rte_ring");
    table.add_sub<DpdkSub>("rte_ring mp");
    return table.main(count, arguments);
}
