// The hand-written C++ rings.
#include "ring.hpp"

int main(int count, char **arguments) {
    using namespace measure;
    Table table;
    table.add_link<PlainRing>("c++ ring");
    table.add_sub<RingPerProducer>("c++ rings");
    table.add_pub<MulticastRing>("c++ multicast");
    table.add("one word", "pingpong", sizeof(Word), ping_pong<SingleWord>);
    return table.main(count, arguments);
}
