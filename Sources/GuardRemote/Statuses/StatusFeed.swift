import HTTPTypes
public import VidimusGuard
public import VidimusJOSE
public import VidimusStatusList

/// The statuses that an issuer publishes (decision 23).
///
/// ``run()`` fetches the lists, then follows the event stream from the last change that all of them hold, and comes
/// back to it after the last change it heard when it breaks. Without a credential there is no stream: then the lists
/// are fetched again and again, and a status is as old as their time to live.
public final class StatusFeed: StatusSource {
    private let heard = HeardStatuses()
    private let source: ListFetch
    private let credential: ServiceCredential?
    private let report: FeedReport
    private let pollEvery: Duration?
    /// Rings when there is a view, or a newer one.
    let changed = Bell()

    init(_ source: ListFetch, _ credential: ServiceCredential?, pollEvery: Duration?, _ report: FeedReport) {
        self.source = source
        self.credential = credential
        self.pollEvery = pollEvery
        self.report = report
    }

    /// Rises when a list is announced or dropped.
    public var generation: UInt64 { heard.generation }

    /// The lists by their full address; the same objects for ever.
    public func lists() -> [String: StatusList] { heard.lists() }

    /// When the issuer last confirmed what is known here with its database, by its clock; nil without a first list.
    public var confirmedAt: Timestamp? { heard.confirmedAt }

    /// How well the issuer is heard.
    public var condition: FeedCondition {
        var condition = report.condition
        condition.confirmedAt = confirmedAt
        return condition
    }

    private typealias Instant = ContinuousClock.Instant
    private var pace: Pace { source.pace }

    /// What one reader of the stream knows of its place in it.
    private struct Place {
        /// The last number heard; nil before the first.
        var number: Int64?
        /// When the lists are to be fetched if the stream does not make that needless; nil for now.
        var listsDue: Instant?
    }

    /// Keeps the statuses true until the task is cancelled.
    public func run() async {
        var place = Place()
        var backoff = Backoff(first: pace.firstWait, cap: pace.longestWait)
        var refusals = Backoff(first: .seconds(1), cap: pace.longestWaitWhenRefused)
        while !Task.isCancelled {
            let began = Instant.now
            do {
                if place.listsDue.map({ $0 <= began }) ?? true { try await fetchLists(&place, missed: false) }
                guard let credential else {
                    try await Task.sleep(until: place.listsDue ?? .now + pace.longestWait)
                    continue
                }
                try await follow(credential, &place)
                // Ended in order, because a newer token is there: at once again.
                report.closed()
                backoff.reset()
                refusals.reset()
                continue
            } catch {
                report.closed()
                if Task.isCancelled { break }
                report.failed(error)
                // A stream that lived has earned a quick return; one that ends at once has not.
                if began.duration(to: .now) > .seconds(1) { backoff.reset() }
                let isRefused = (error as? RemoteError)?.code == .credentialRefused
                if !isRefused { refusals.reset() }
                let wait =
                    isRefused
                    ? refusals.next { .random(in: $0) } : backoff.next { .random(in: $0) }
                // Whoever may not listen still has the lists.
                let again = Instant.now + wait
                try? await Task.sleep(until: isRefused ? min(again, place.listsDue ?? again) : again)
            }
        }
        report.closed()
    }

    // MARK: Lists

    /// - Parameter missed: whether the stream said that it left something out.
    private func fetchLists(_ place: inout Place, missed: Bool) async throws {
        let copies: [HeardStatuses.Copy]
        do {
            copies = try await source.fetch(tags: heard.tag(of:))
            try heard.take(copies, at: place.number, missed: missed, now: source.now())
        } catch {
            report.fetched("lists", error)
            throw error
        }
        report.fetched("lists", nil)
        changed.ring()
        let age = pollEvery ?? heard.timeToLive ?? .seconds(30)
        place.listsDue = .now + min(max(age, .milliseconds(100)), .seconds(3_600))
    }

    // MARK: The stream

    /// Reads the stream until it ends or a new token is there.
    private func follow(_ credential: ServiceCredential, _ place: inout Place) async throws {
        let discovery = try await source.keys.discovered()
        let token = try await credential.token(from: discovery.tokens)
        let after = place.number ?? heard.firstNumber
        guard after != nil || heard.isEmpty else {
            throw RemoteError(.invalidList, "the lists do not say which changes they hold ('change')")
        }
        let address = source.issuer.address("/status/events")
        var headers: HTTPFields = [
            .authorization: "Bearer \(token.text)", .accept: "text/event-stream", .cacheControl: "no-cache",
        ]
        if let after { headers[.lastEventID] = String(after) }
        let answer = try await source.http.open(
            OutgoingRequest(.get, address, headers: headers), within: pace.request)
        try check(answer, address, credential)
        place.number = after
        let watch = StreamWatch(pace, renewAt: token.renewAt) { [source] in
            _ = try await credential.renew(from: try await source.keys.discovered().tokens)
        }
        let (start, body) = (place, answer.body)
        let last = Shared(start)
        defer { place = last.value }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var place = start
                var parser = EventParser()
                for try await piece in body {
                    watch.heard()
                    for event in try parser.read(piece) {
                        guard let event = try StatusEvent(event) else { continue }
                        // What is fetched for it may take longer than a silence; meanwhile nobody listens.
                        watch.pause()
                        defer { watch.heard() }
                        try await self.take(event, &place)
                        last.value = place
                    }
                    watch.heard()
                }
                throw RemoteError(.unreachable, "\(address) ended")
            }
            group.addTask { try await watch.run(address) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func check(_ answer: IncomingAnswer, _ address: String, _ credential: ServiceCredential) throws {
        switch answer.status {
        case 200: break
        case 401, 403:
            credential.forget()
            throw RemoteError(.credentialRefused, "\(address) answered \(answer.status)")
        default: throw RemoteError(.unexpectedAnswer, "\(address) answered \(answer.status)")
        }
        let type = answer.headers[.contentType]?.split(separator: ";").first.map { $0.filter { $0 != " " } }
        guard type?.lowercased() == "text/event-stream" else {
            throw RemoteError(.malformed, "\(address) is not an event stream")
        }
    }

    /// Does what an event says. What is fetched for it is waited for: what follows on the stream waits in its
    /// connection, and so nothing can be heard too early.
    private func take(_ event: StatusEvent, _ place: inout Place) async throws {
        if !report.condition.isConnected { report.opened() }
        // A number below the last one is an event that comes again; what it says is merged all the same.
        place.number = max(event.number, place.number ?? event.number)
        switch event.kind {
        case .keys:
            source.keys.want(after: event.number)
        case .status(let list, let rises):
            if !heard.apply(rises, to: list) { try await fetchAnew(&place) }
        case .reset:
            source.keys.want(after: event.number)
            try await fetchAnew(&place)
        case .heartbeat(let at):
            if heard.isEmpty || !heard.isComplete { try await fetchLists(&place, missed: false) }
            // Who has not the keys that it was told of must not call itself up to date: one may be a thief's.
            if heard.isComplete, !source.keys.areBehind { try heard.confirm(at: at, now: source.now()) }
            // As long as the stream confirms the lists, they need not be fetched.
            if let age = heard.timeToLive { place.listsDue = .now + max(age, .seconds(1)) }
            changed.ring()
        }
    }

    private func fetchAnew(_ place: inout Place) async throws {
        do {
            try await fetchLists(&place, missed: true)
        } catch {
            // What was left out is not known yet: the stream must not go on as if it were.
            place.listsDue = nil
            throw error
        }
    }
}

extension HTTPField.Name {
    fileprivate static let lastEventID = HTTPField.Name("last-event-id") ?? .range
}
