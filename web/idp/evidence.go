package idp

import (
	"context"
	"fmt"
	"time"

	"cnie.example/attest/record"
)

// Records keeps the evidence records of logins, for as long as the operator has
// to show what was checked.
type Records interface {
	// Keep keeps one record: r is what the signed text jws says (package
	// record). It is called once for each login in which an agent showed a
	// document, also for one that was refused or left. It returns when the record
	// is safe; a login whose record is not kept does not succeed. Keep may be
	// called from several goroutines, and neither changes r nor keeps it.
	Keep(ctx context.Context, r *record.Record, jws string) error
}

// recordTimeout is how long a login waits for its record to be kept.
const recordTimeout = 5 * time.Second

// keepRecord signs a record and has it kept, whether or not the agent still
// waits.
func (p *Provider) keepRecord(ctx context.Context, r *record.Record) error {
	if p.config.Records == nil {
		return nil
	}
	jws, err := r.Sign(p.config.Key, p.key.jwk.KeyID)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	if err := p.config.Records.Keep(ctx, r, jws); err != nil {
		return fmt.Errorf("evidence record: %w", err)
	}
	return nil
}

// ended records that a login is over and why: in the log, which never says who
// and holds no value that opens anything, and for a login that did not succeed
// in its evidence record. The caller holds tx.mu.
func (p *Provider) ended(tx *transaction) {
	p.config.Logger.Info("login ended", "jti", tx.jti, "reason", string(tx.outcome))
	if tx.record == nil {
		return
	}
	if err := p.keepRecord(context.Background(), tx.record); err != nil {
		p.config.Logger.Error("evidence record is not kept", "jti", tx.jti, "error", err)
	}
	tx.record = nil
}
