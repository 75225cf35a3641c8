import Synchronization
package import VidimusJOSE
package import VidimusStatusList

/// The latest changes in memory, for whoever listens from outside: guards in other processes.
///
/// A listener has no queue of its own, only the number of the last change it was given, so thousands of them cost no
/// more than one backlog. Who falls behind further than the backlog reaches is told to read everything.
package final class ChangeFeed: Sendable {
    /// How many changes are kept for listeners that were away.
    package static let backlog = 65_536
    /// How often a listener hears that nothing is left unread.
    package static let heartbeat = Duration.seconds(5)

    /// What a listener is told, in order.
    package enum Event: Sendable, Equatable {
        /// Entries of one list that rose, by index.
        case statuses([(index: Int, status: Status)], list: String)
        /// Fetch the key set now.
        case keys
        /// Fetch everything: what came before is not known any more, or the set of lists changed.
        case reset
        /// Everything before is what the database held at that time.
        case confirmed(Timestamp)
    }

    private struct State {
        /// The number of the change before the first that is kept.
        var base: Int64 = 0
        var changes: [Change] = []
        var confirmedAt: Timestamp?
        /// Rises with each heartbeat.
        var beat: UInt64 = 0
        var beatAt: Timestamp?
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var nextListener: UInt64 = 0

        var head: Int64 { base + Int64(changes.count) }
    }

    private let state = Mutex(State())
    private let address: @Sendable (Int64) -> String

    package init(_ statuses: StatusRegister) {
        address = { statuses.address(of: $0) }
    }

    /// The number of the last change that this process has applied.
    package var head: Int64 { state.withLock { $0.head } }

    /// Whether the database could be asked; otherwise nobody can listen.
    package var isConfirmed: Bool { state.withLock { $0.confirmedAt != nil } }

    /// How many listen now.
    package var listenerCount: Int { state.withLock { $0.listeners.count } }
}

// What is told to it
extension ChangeFeed {
    /// Begins anew at a number, with the changes that led to it as far as they are known.
    func begin(at head: Int64, with changes: [Change]) {
        tell {
            $0.changes = changes.suffix(Self.backlog)
            $0.base = head - Int64($0.changes.count)
        }
    }

    /// Changes that were applied here just now.
    func append(_ changes: [Change]) {
        guard !changes.isEmpty else { return }
        tell {
            $0.changes += changes
            // Half as much again before the oldest go, so that they are moved seldom.
            if $0.changes.count > Self.backlog * 3 / 2 {
                let surplus = $0.changes.count - Self.backlog
                $0.changes.removeFirst(surplus)
                $0.base += Int64(surplus)
            }
        }
    }

    /// The database was asked at that time, and nothing is left unread.
    func confirm(at now: Timestamp) {
        let isDue = state.withLock { state in
            state.confirmedAt = now
            if let last = state.beatAt, now.duration(since: last) < Self.heartbeat, now >= last {
                return false
            }
            state.beatAt = now
            state.beat &+= 1
            return true
        }
        if isDue { tell { _ in } }
    }

    /// The database cannot be asked: who listens must go elsewhere, or wait.
    package func close() {
        let listeners = state.withLock { state in
            defer {
                state.listeners = [:]
                state.confirmedAt = nil
            }
            return state.listeners.values
        }
        for listener in listeners { listener.finish() }
    }

    private func tell(_ change: (inout State) -> Void) {
        let listeners = state.withLock { state in
            change(&state)
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }
}

// Who listens
extension ChangeFeed {
    /// A listener's place in the feed.
    package struct Listener: Sendable {
        fileprivate let id: UInt64
        /// Yields when there may be something new; ends when the feed closes.
        package let wakes: AsyncStream<Void>
        /// The number of the last change that was told.
        package fileprivate(set) var number: Int64
        fileprivate var beat: UInt64
        fileprivate var mustReset: Bool
    }

    /// Begins to listen after a change, or at the head; nil while the database cannot be asked.
    package func listen(after number: Int64?) -> Listener? {
        state.withLock { state in
            guard state.confirmedAt != nil else { return nil }
            let (wakes, continuation) = AsyncStream.makeStream(
                of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let id = state.nextListener
            state.nextListener &+= 1
            state.listeners[id] = continuation
            // The first wake: a heartbeat at once.
            continuation.yield()
            let isKnown = number.map { $0 >= state.base && $0 <= state.head } ?? true
            return Listener(
                id: id, wakes: wakes, number: isKnown ? number ?? state.head : state.head,
                beat: state.beat &- 1, mustReset: !isKnown)
        }
    }

    /// Forgets a listener.
    package func leave(_ listener: Listener) {
        state.withLock { $0.listeners.removeValue(forKey: listener.id) }?.finish()
    }

    /// What the listener was not told yet, at most some thousand changes; empty when it knows everything.
    ///
    /// Each event comes with the number that a listener may resume after.
    package func next(for listener: inout Listener) -> [(number: Int64, event: Event)] {
        let (changes, confirmedAt) = state.withLock { state -> ([Change], Timestamp?) in
            if listener.number < state.base || listener.mustReset {
                listener.mustReset = true
                listener.number = state.head
                return ([], nil)
            }
            let from = Int(listener.number - state.base)
            // Copied: a slice would make the next append copy the whole backlog.
            let changes = Array(state.changes[from...].prefix(4_096))
            guard from + changes.count == state.changes.count, listener.beat != state.beat else {
                return (changes, nil)
            }
            listener.beat = state.beat
            return (changes, state.confirmedAt)
        }
        var events: [(number: Int64, event: Event)] = []
        if listener.mustReset {
            listener.mustReset = false
            return [(listener.number, .reset)]
        }
        for change in changes {
            listener.number += 1
            append(change, to: &events, listener.number)
        }
        if let confirmedAt { events.append((listener.number, .confirmed(confirmedAt))) }
        return events
    }

    /// Statuses of one list that follow each other become one event.
    private func append(_ change: Change, to events: inout [(number: Int64, event: Event)], _ number: Int64) {
        switch change {
        case .status(let place, let status):
            let (list, entry) = (address(place.list), (index: place.index, status: status))
            if case .statuses(var entries, list)? = events.last?.event, entries.count < 512 {
                // Taken out first, so that what grows is not copied for each entry.
                events.removeLast()
                entries.append(entry)
                events.append((number, .statuses(entries, list: list)))
            } else {
                events.append((number, .statuses([entry], list: list)))
            }
        case .keys: events.append((number, .keys))
        case .list, .dropped: events.append((number, .reset))
        }
    }
}

extension ChangeFeed.Event {
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.statuses(let left, let leftList), .statuses(let right, let rightList)):
            leftList == rightList
                && left.elementsEqual(right) { $0.index == $1.index && $0.status == $1.status }
        case (.keys, .keys), (.reset, .reset): true
        case (.confirmed(let left), .confirmed(let right)): left == right
        default: false
        }
    }
}
