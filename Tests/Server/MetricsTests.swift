import CoreMetrics
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Metrics")
struct MetricsTests {
    @Test("Sign-ins, refusals by code, refreshes by outcome, hashes and commits are counted")
    func counts() async throws {
        try await House.open { house in
            let admin = try await house.person("admin@example.com", roles: ["admin"])
            _ = try await house.signIn("admin@example.com", password: "wrong password")
            _ = try await house.refresh(admin.grant.refresh)
            _ = try await house.refresh("vrt1_x")
            let text = try await house.call(.get, "/metrics", token: admin.access).text
            let lines = text.split(separator: "\n")
            #expect(lines.contains("# TYPE vidimus_sign_ins_total counter"))
            #expect(lines.contains("vidimus_sign_ins_total 1"))
            #expect(lines.contains(#"vidimus_refusals_total{code="invalid_credentials"} 1"#))
            #expect(lines.contains(#"vidimus_refreshes_total{outcome="rotated"} 1"#))
            #expect(lines.contains(#"vidimus_refreshes_total{outcome="unknown"} 1"#))
            for name in ["vidimus_hash_seconds_count", "vidimus_key_age_seconds", "vidimus_hash_queue_depth"]
            {
                #expect(lines.contains { $0.hasPrefix(name) }, "\(name) in\n\(text)")
            }
        }
    }

    @Test("From elsewhere, or through a proxy, they are for administrators")
    func credential() async throws {
        try await House.open { house in
            let person = try await house.person()
            #expect(Answer(try await house.call(.get, "/metrics")) == Answer(401, "missing_token"))
            let answer = try await house.call(.get, "/metrics", token: person.access)
            #expect(Answer(answer) == Answer(403, "insufficient_scope"))
        }
    }

    @Test("On loopback they need none, unless somebody stands in between")
    func loopback() async throws {
        try await House.open(mode: .live) { house in
            #expect(try await house.call(.get, "/metrics").status == .ok)
            for name in ["Forwarded", "X-Forwarded-For", "X-Real-IP"] {
                let answer = try await house.call(.get, "/metrics", headers: [(name, "127.0.0.1")])
                #expect(Answer(answer) == Answer(401, "missing_token"))
            }
        }
    }

    @Test("A label's value cannot break out of its line")
    func escaping() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "x", dimensions: [("code", "a\"}\n\\")]).increment(by: 2)
        #expect(registry.text() == "# TYPE x counter\nx{code=\"a\\\"}\\n\\\\\"} 2\n")
    }
}
