//! Serves the Academy API on 127.0.0.1:8085 with the machine's clock, to look at in a browser.

use std::sync::Arc;

use connspec_exchange::SystemClock;
use connspec_provider::{SystemRandom, academy, serve};

#[tokio::main]
#[allow(clippy::print_stdout)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = academy::Settings::default();
    let router = academy::v2(&settings, Arc::new(SystemClock), Arc::new(SystemRandom));
    let running = serve(router, 8085).await?;
    println!(
        "{}/api/v2/authorize?scope=connect+read+write+delete&client_id={}&redirect_uri=http://127.0.0.1:9/oauth/cb/app&response_type=code&state=x",
        running.base_url, settings.client_id
    );
    tokio::signal::ctrl_c().await?;
    running.shutdown().await;
    Ok(())
}
