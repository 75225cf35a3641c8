extension JOSEError.Code {
    /// A key in a form that we do not read; `reason` names it and, where there is one, the command that
    /// converts it.
    public static let unsupportedKeyForm = Self(rawValue: "unsupported_key_form")
    /// The private key is encrypted and no passphrase was given.
    public static let passphraseRequired = Self(rawValue: "passphrase_required")
    /// The passphrase does not open the private key.
    public static let wrongPassphrase = Self(rawValue: "wrong_passphrase")
    /// No sound path leads from the certificate to one of the roots at the time given.
    public static let untrustedCertificate = Self(rawValue: "untrusted_certificate")
}

extension JOSEError {
    /// The same, saying which member of a set it is about.
    /// - Parameter place: from 0.
    func ofMember(_ place: Int) -> JOSEError {
        JOSEError(code, "key \(place + 1) of the set: \(reason)")
    }
}

/// Keys that people have and we do not read: each is refused by name, with the command that converts it.
enum KeyRefusal {
    private static let reencrypt = "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem"

    static func unsupported(_ what: String, convertBy command: String) -> JOSEError {
        JOSEError(.unsupportedKeyForm, "\(what) is not read; convert it: \(command)")
    }

    /// - Parameter cipher: as the file names it, for the sentence.
    static func encryption(_ cipher: String) -> JOSEError {
        unsupported("a private key encrypted with \(cipher)", convertBy: reencrypt)
    }

    /// PBES1 and PKCS#12 ciphers may be so old that OpenSSL 3 has them in its legacy provider only.
    static func outdatedEncryption(_ cipher: String) -> JOSEError {
        unsupported(
            "a private key encrypted with \(cipher)",
            convertBy: "\(reencrypt) -provider legacy -provider default")
    }

    static let explicitCurve = unsupported(
        "an elliptic curve key that spells out its curve",
        convertBy: "openssl ec -in OLD.pem -param_enc named_curve -out NEW.pem")
    static let openSSHPassphrase = unsupported(
        "an OpenSSH private key with a passphrase", convertBy: "ssh-keygen -p -N '' -f COPY (on a copy of it)"
    )
    static let pkcs12 = unsupported(
        "a PKCS#12 file",
        convertBy: "openssl pkcs12 -in KEY.p12 -nodes -out KEY.pem (an old file also needs -legacy)")
    static let serviceAccount = unsupported(
        "a service account's file", convertBy: "jq -r .private_key FILE.json > KEY.pem")
    static let javaKeyStore = unsupported(
        "a Java key store",
        convertBy: "keytool -importkeystore -srckeystore KEY.jks -destkeystore KEY.p12 -deststoretype PKCS12")
    static let putty = unsupported(
        "a PuTTY key", convertBy: "puttygen KEY.ppk -O private-openssh -o KEY")
    static let ssh2Public = unsupported(
        "an SSH2 public key (RFC 4716)", convertBy: "ssh-keygen -i -f OLD.pub > NEW.pub")
    static let dsa = JOSEError(
        .unsupportedAlgorithm,
        "a DSA key: no JOSE algorithm uses it; make another: vidimus key generate --algorithm ES256")

    /// What the label of a PEM block says, if it is none that we read.
    static func label(_ label: String) -> JOSEError {
        switch label {
        case "DSA PRIVATE KEY", "DSA PARAMETERS": dsa
        case "PKCS7", "CMS", "PKCS #7 SIGNED DATA":
            unsupported("a PKCS#7 bundle", convertBy: "openssl pkcs7 -in OLD.p7b -print_certs -out NEW.pem")
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
            unsupported(
                "a certificate request", convertBy: "openssl req -in OLD.pem -pubkey -noout -out NEW.pem")
        case "TRUSTED CERTIFICATE":
            unsupported(
                "OpenSSL's own form of a certificate", convertBy: "openssl x509 -in OLD.pem -out NEW.pem")
        default:
            JOSEError(.unsupportedKeyForm, "a PEM block \(label.quoted) is not a key or certificate we read")
        }
    }
}
