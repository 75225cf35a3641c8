import Testing
import VidimusJOSE
import VidimusStatusList

@testable import VidimusIdentity

@Suite("The feed of changes")
struct ChangeFeedTests {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let list = "https://id.example/status/1.1"

    private func feed(at head: Int64 = 10, with changes: [Change] = []) -> ChangeFeed {
        let feed = ChangeFeed(StatusRegister(base: "https://id.example/status/", epoch: 1))
        feed.begin(at: head, with: changes)
        feed.confirm(at: Self.now)
        return feed
    }

    private static func revoked(_ index: Int, in list: Int64 = 1) -> Change {
        .status(.init(list: list, index: index), .revoked)
    }

    private func events(_ feed: ChangeFeed, _ listener: inout ChangeFeed.Listener) -> [String] {
        feed.next(for: &listener).map { number, event in
            switch event {
            case .statuses(let changes, let list):
                "\(number) \(list.suffix(3)) \(changes.map { "\($0.index)=\($0.status.rawValue)" }.joined(separator: ","))"
            case .keys: "\(number) keys"
            case .reset: "\(number) reset"
            case .confirmed(let at): "\(number) confirmed \(at.duration(since: Self.now))"
            }
        }
    }

    @Test(
        "A listener hears first that nothing is unread, then each change with its number, statuses of a list together"
    )
    func inOrder() throws {
        let feed = feed()
        var listener = try #require(feed.listen(after: nil))
        #expect(events(feed, &listener) == ["10 confirmed 0.0 seconds"])
        #expect(events(feed, &listener).isEmpty)
        feed.append([Self.revoked(7), Self.revoked(8), .keys, Self.revoked(9), Self.revoked(1, in: 2)])
        #expect(events(feed, &listener) == ["12 1.1 7=1,8=1", "13 keys", "14 1.1 9=1", "15 1.2 1=1"])
        feed.append([.list(3)])
        #expect(events(feed, &listener) == ["16 reset"])
        feed.confirm(at: Self.now + .seconds(4))
        #expect(events(feed, &listener).isEmpty)
        feed.confirm(at: Self.now + .seconds(5))
        #expect(events(feed, &listener) == ["16 confirmed 5.0 seconds"])
    }

    @Test("Nothing is confirmed before everything up to it was told")
    func confirmedLast() throws {
        let feed = feed()
        var listener = try #require(feed.listen(after: nil))
        feed.append((0..<5_000).map { Self.revoked($0) })
        var all: [String] = []
        while case let more = events(feed, &listener), !more.isEmpty { all += more }
        #expect(all.last == "5010 confirmed 0.0 seconds")
        #expect(all.count { $0.contains("confirmed") } == 1)
    }

    @Test(
        "A listener goes on after the number it has, or is told to read everything",
        arguments: [
            (5, ["10 reset", "10 confirmed 0.0 seconds"]),
            (6, ["8 1.1 1=1,2=1", "9 keys", "10 1.1 3=1", "10 confirmed 0.0 seconds"]),
            (9, ["10 1.1 3=1", "10 confirmed 0.0 seconds"]), (10, ["10 confirmed 0.0 seconds"]),
            (11, ["10 reset", "10 confirmed 0.0 seconds"]),
            (Int64.max, ["10 reset", "10 confirmed 0.0 seconds"]),
        ] as [(Int64, [String])])
    func resumes(after number: Int64, expected: [String]) throws {
        let feed = feed(with: [Self.revoked(1), Self.revoked(2), .keys, Self.revoked(3)])
        var listener = try #require(feed.listen(after: number))
        var all: [String] = []
        while case let more = events(feed, &listener), !more.isEmpty { all += more }
        #expect(all == expected)
    }

    @Test("Who falls further behind than the backlog reaches is told to read everything, once")
    func overrun() throws {
        let feed = feed()
        var listener = try #require(feed.listen(after: nil))
        _ = events(feed, &listener)
        for _ in 0..<20 { feed.append((0..<10_000).map { Self.revoked($0) }) }
        #expect(events(feed, &listener) == ["200010 reset"])
        #expect(events(feed, &listener).isEmpty)
        feed.append([.keys])
        #expect(events(feed, &listener) == ["200011 keys"])
    }

    @Test("A listener is woken by a change, and its stream ends when the database cannot be asked")
    func wakes() async throws {
        let feed = feed()
        let listener = try #require(feed.listen(after: nil))
        var wakes = listener.wakes.makeAsyncIterator()
        #expect(await wakes.next() != nil)
        feed.append([.keys])
        #expect(await wakes.next() != nil)
        feed.close()
        #expect(await wakes.next() == nil)
        #expect(feed.listenerCount == 0)
        #expect(feed.listen(after: nil) == nil)
        feed.confirm(at: Self.now)
        #expect(feed.listen(after: nil) != nil)
    }

    @Test("It tells what this process did and what another one did, and a new process knows what came before")
    func committed() async throws {
        let house = try await House().started()
        let grant = try await house.signedIn()
        let before = house.view.feed.head
        var listener = try #require(house.view.feed.listen(after: before))
        try await house.sessions.signOut(
            grant.session.id, of: grant.account.id, reach: .this, origin: Origin())
        let told = house.view.feed.next(for: &listener).map(\.event)
        #expect(told.first == .statuses([(grant.session.place.index, .revoked)], list: Self.list))
        let other = try await house.beside().started()
        #expect(other.view.feed.head == house.view.feed.head)
        var late = try #require(other.view.feed.listen(after: before))
        #expect(other.view.feed.next(for: &late).map(\.event).first == told.first)
    }
}
