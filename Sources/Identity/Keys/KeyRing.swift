import Synchronization
import VidimusDatabase
package import VidimusJOSE

/// The signing keys this process works with: which one signs, which ones verify.
package final class KeyRing: Sendable {
    private struct Keys {
        var signing: SigningKey?
        var signingLists: SigningKey?
        var verifying: JWKSet?
        var records: [KeyRecord] = []
        var unreadable: [String] = []
    }

    private let keys = Mutex(Keys())
    private let version = Atomic<UInt64>(0)
    private let masterKeys: MasterKeys

    package init(masterKeys: MasterKeys) {
        self.masterKeys = masterKeys
    }

    package struct NoSigningKey: Error, CustomStringConvertible {
        package let description = "no key is active; run `vidimus key rotate --now`"
    }

    /// Rises with every change of the keys.
    package var generation: UInt64 { version.load(ordering: .acquiring) }

    package func signingKey() throws -> SigningKey {
        guard let key = keys.withLock({ $0.signing }) else { throw NoSigningKey() }
        return key
    }

    /// What status lists are signed with: never a secret, which others could not verify by.
    package func listSigningKey() throws -> SigningKey {
        guard let key = keys.withLock({ $0.signingLists }) else { throw NoSigningKey() }
        return key
    }

    /// Every key that verifies: announced, active and retired. Secrets stay out when it is published.
    package func verificationKeys() -> JWKSet? { keys.withLock { $0.verifying } }

    package func records() -> [KeyRecord] { keys.withLock { $0.records } }

    /// What is wrong with keys that could not be opened, in sentences; empty when all is well.
    package func unreadable() -> [String] { keys.withLock { $0.unreadable } }

    /// Takes the keys as they stand now.
    func load(from transaction: any Transaction) throws {
        let rows = try SigningKeys.rows(in: transaction)
        var loaded = Keys(records: rows.map(\.record))
        var verifying: [VerificationKey] = []
        for row in rows {
            guard let sealed = row.sealed else { continue }
            do {
                let key = try SealedKey.open(
                    sealed, kid: row.record.id, algorithm: row.record.algorithm, version: row.sealedBy,
                    masterKeys: masterKeys)
                verifying.append(key.verificationKey)
                guard row.record.state == .active else { continue }
                if !row.record.algorithm.isSymmetric { loaded.signingLists = key }
                // Beside an active secret, the other one is there for the lists only.
                if loaded.signing == nil || row.record.algorithm.isSymmetric { loaded.signing = key }
            } catch {
                // One key that cannot be opened must not keep the others in force, or the removed ones.
                loaded.unreadable.append("\(error)")
            }
        }
        loaded.verifying = try JWKSet(keys: verifying)
        keys.withLock { $0 = loaded }
        version.wrappingAdd(1, ordering: .releasing)
    }
}
