// As in DataFolder: see decision 17.
import CoreFoundation
import Glibc
import NIOSSL
package import VidimusJOSE

/// The certificate chain and its private key, as PEM files that the settings name.
package struct CertificateFiles: Sendable {
    let certificate: String
    let key: String

    /// What the files held.
    package struct Pair: Sendable {
        let configuration: TLSConfiguration
        /// Of the first certificate, in hexadecimal.
        let serial: String
        package let validUntil: Timestamp
    }

    /// Changes when a file was written, replaced, linked elsewhere, or given another mode.
    struct Mark: Equatable {
        let device: dev_t
        let inode: ino_t
        let size: off_t
        let changedSeconds: Int
        let changedNanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, inode, size) = (status.st_dev, status.st_ino, status.st_size)
            (changedSeconds, changedNanoseconds) = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
        }
    }

    var marks: [Mark?] { [Mark(certificate), Mark(key)] }

    /// Reads both files and makes sure that they belong together.
    package func read() throws(DataFolder.Refused) -> Pair {
        let chain = try readChain()
        guard let leaf = chain.first else {
            throw DataFolder.Refused(
                description: "tls_certificate: \(certificate) holds no certificate in PEM")
        }
        let privateKey = try readKey()
        let configuration = Self.configuration(chain, privateKey)
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw DataFolder.Refused(
                description: "tls_key: \(key) is not the key of the first certificate in \(certificate)")
        }
        return Pair(
            configuration: configuration,
            serial: leaf.serialNumber.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
            validUntil: Timestamp(seconds: Int64(leaf.notValidAfter)))
    }

    private func readChain() throws(DataFolder.Refused) -> [NIOSSLCertificate] {
        let text: String
        do {
            text = try DataFolder.read(certificate)
        } catch {
            throw DataFolder.Refused(description: "tls_certificate: \(error)")
        }
        return (try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8))) ?? []
    }

    private func readKey() throws(DataFolder.Refused) -> NIOSSLPrivateKey {
        let text: String
        do {
            text = try DataFolder.readSecret(key)
        } catch {
            throw DataFolder.Refused(description: "tls_key: \(error)")
        }
        // The cause is not told: it could quote what it could not read.
        guard let privateKey = try? NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem) else {
            throw DataFolder.Refused(
                description: "tls_key: \(key) holds no private key in PEM, or one with a passphrase")
        }
        return privateKey
    }

    /// TLS 1.2 and 1.3; forward secrecy and authenticated encryption only (RFC 9325 §4.2).
    private static func configuration(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey)
        -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // Those of 1.2; those of 1.3 are all good and cannot be chosen.
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        configuration.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        return configuration
    }
}
