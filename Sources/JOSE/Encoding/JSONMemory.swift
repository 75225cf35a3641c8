/// The bytes of a JSON text and, behind them, the places of its values: one allocation a token. Two arrays would be two,
/// and the standard library looks the type of each up at run time: 0.1 µs a token.
///
/// Filled and scanned by whoever makes it, before anybody else has it; never written again.
final class JSONMemory: ManagedBuffer<JSONMemory.Extent, UInt8> {
    typealias Node = JSONDocument.Node

    /// What lies in the memory.
    struct Extent {
        /// Of the text.
        let bytes: Int
        /// Where the nodes begin: after the text, at an address that they may have.
        let start: Int
        /// For how many nodes there is room.
        let room: Int
        /// How many the scan noted.
        var nodes = 0
        /// What the scan noted of the members of the text's own object.
        var members = JSONScanner.Members()

        init(bytes: Int, room: Int) {
            let alignment = MemoryLayout<Node>.alignment
            // The bytes follow the extent at once, so its size decides with `start` where the nodes lie.
            precondition(MemoryLayout<Self>.size % alignment == 0)
            self.bytes = bytes
            self.room = room
            start = (bytes + alignment - 1) / alignment * alignment
        }
    }

    /// Memory for a text, which `fill` writes.
    /// - Parameter room: for so many nodes; by default as many as claims of that length have.
    static func holding(
        bytes: Int, room: Int? = nil, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Bool
    ) -> JSONMemory? {
        let extent = Extent(bytes: bytes, room: room ?? min(bytes / 8 + 4, 4_096))
        // Neither is more than a gigabyte: the scanner refuses longer texts before there is memory for them, and a text
        // has no more nodes than bytes.
        let capacity = extent.start + extent.room * MemoryLayout<Node>.stride
        let memory = unsafeDowncast(create(minimumCapacity: capacity) { _ in extent }, to: JSONMemory.self)
        let isFilled = memory.withUnsafeMutablePointerToElements { elements in
            UnsafeMutableRawPointer(elements + extent.start).bindMemory(to: Node.self, capacity: extent.room)
            return fill(UnsafeMutableBufferPointer(start: elements, count: bytes))
        }
        return isFilled ? memory : nil
    }

    /// Memory with a copy of a text.
    static func copying(_ text: UnsafeBufferPointer<UInt8>, room: Int? = nil) -> JSONMemory? {
        holding(bytes: text.count, room: room) { $0.update(fromContentsOf: text) == text.count }
    }

    /// The text, and the nodes that were noted.
    @inline(__always)
    func withContents<Result>(
        _ body: (_ text: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeBufferPointer<Node>) -> Result
    ) -> Result {
        withUnsafeMutablePointers { extent, elements in
            let nodes = UnsafeMutableRawPointer(elements + extent.pointee.start)
                .assumingMemoryBound(to: Node.self)
            return body(
                UnsafeBufferPointer(start: elements, count: extent.pointee.bytes),
                UnsafeBufferPointer(start: nodes, count: extent.pointee.nodes))
        }
    }

    /// Scans the text and notes its nodes, as many as there is room for.
    /// - Returns: how many there are.
    func scan(limits: JSON.Limits) throws(JOSEError) -> Int {
        try withUnsafeMutablePointers { extent, elements throws(JOSEError) in
            let nodes = UnsafeMutableRawPointer(elements + extent.pointee.start)
                .assumingMemoryBound(to: Node.self)
            let count = try JSONScanner.scan(
                UnsafeBufferPointer(start: elements, count: extent.pointee.bytes), limits: limits,
                nodes: UnsafeMutableBufferPointer(start: nodes, count: extent.pointee.room),
                members: &extent.pointee.members)
            extent.pointee.nodes = min(count, extent.pointee.room)
            return count
        }
    }

    /// For how many nodes there is room. Not by `header`, where Swift would look who else is at it: 60 instructions.
    var room: Int { withUnsafeMutablePointerToHeader { $0.pointee.room } }

    var registered: RegisteredClaims { withUnsafeMutablePointerToHeader { $0.pointee.members.registered } }

    var otherMembers: (first: UInt32, last: UInt32) {
        withUnsafeMutablePointerToHeader { $0.pointee.members.others }
    }

    /// How many bytes the text has.
    var count: Int { withUnsafeMutablePointerToHeader { $0.pointee.bytes } }

    /// About the bytes that it takes.
    var size: Int {
        withUnsafeMutablePointers { extent, _ in
            16 + MemoryLayout<Extent>.size + extent.pointee.start + extent.pointee.room
                * MemoryLayout<Node>.stride
        }
    }
}
