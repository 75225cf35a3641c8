//! jsonwebtoken over ring, as Debian packages it. Usage: jsonwebtoken-peer FIXTURE ALGORITHM-verify|sign [--count N]
use jsonwebtoken::{decode, encode, Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    scope: String,
    roles: Vec<String>,
    sid: String,
}

/// Uses a value in a way that the optimiser cannot leave out; `black_box` is younger than Debian's compiler.
fn keep<T>(value: T) {
    unsafe { std::ptr::read_volatile(&(&value as *const T)) };
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (name, task) = arguments[2].split_once('-').expect("ALGORITHM-verify|sign");
    let read = |file: &str| std::fs::read(format!("{}/{}", arguments[1], file)).expect("a file of the fixture");
    let private = || read(&format!("{name}.private.pem"));
    let public = || read(&format!("{name}.public.pem"));
    let (algorithm, signing, verifying) = match name {
        "HS256" => {
            let secret = read("HS256.key");
            (Algorithm::HS256, EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret))
        }
        "RS256" => (
            Algorithm::RS256,
            EncodingKey::from_rsa_pem(&private()).expect("a key"),
            DecodingKey::from_rsa_pem(&public()).expect("a key"),
        ),
        "ES256" => (
            Algorithm::ES256,
            EncodingKey::from_ec_pem(&private()).expect("a key"),
            DecodingKey::from_ec_pem(&public()).expect("a key"),
        ),
        _ => (
            Algorithm::EdDSA,
            EncodingKey::from_ed_pem(&private()).expect("a key"),
            DecodingKey::from_ed_pem(&public()).expect("a key"),
        ),
    };
    let file = if name == "Ed25519" { "EdDSA.jwt".to_string() } else { format!("{name}.jwt") };
    let token = String::from_utf8(read(&file)).expect("a token");
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&["https://api.example"]);
    validation.set_issuer(&["https://issuer.example"]);
    validation.validate_nbf = true;
    let mut header = Header::new(algorithm);
    header.kid = Some(format!("{name}-1"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let claims = Claims {
        iss: "https://issuer.example".into(),
        sub: "0f8fad5b-d9cb-469f-a165-70867728950e".into(),
        aud: "https://api.example".into(),
        exp: now + 900,
        nbf: now,
        iat: now,
        jti: "7c9e6679-7425-40de-944b".into(),
        scope: "account".into(),
        roles: vec!["editor".into(), "admin".into()],
        sid: "s-4711".into(),
    };
    let operation = || {
        if task == "verify" {
            keep(decode::<Claims>(&token, &verifying, &validation).expect("a good token"));
        } else {
            keep(encode(&header, &claims, &signing).expect("a signature"));
        }
    };
    if arguments.len() > 4 {
        for _ in 0..arguments[4].parse::<u64>().expect("a number") {
            operation();
        }
        return;
    }
    let (mut least, mut repetitions) = (f64::INFINITY, 1u64);
    for _ in 0..40 {
        let start = Instant::now();
        for _ in 0..repetitions {
            operation();
        }
        least = least.min(start.elapsed().as_nanos() as f64 / repetitions as f64);
        repetitions = (5e6 / least).max(1.0) as u64;
    }
    println!("{least}");
}
