package agent

import (
	"runtime/debug"

	"cnie.example/web/problem"
)

// succeed keeps the address that ends the login.
func (l *Login) succeed(redirect string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.progress.leave()
	l.state, l.redirect = Finished, redirect
	l.forget()
	l.progress.notify()
	l.agent.cfg.Logger.Info("login finished", "provider", l.provider.Origin())
}

// fail decides what an error of the request or of an attempt means.
func (l *Login) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := ProblemOf(err)
	if l.declined {
		name = problem.Declined
	}
	l.agent.cfg.Logger.Info("login stopped", "provider", l.provider.Origin(), "problem", string(name), "cause", err.Error())
	if name == problem.WrongCAN && !l.sent {
		l.wrong++
		if l.wrong < MaxCANs {
			l.problem, l.state = name, Consent
			l.progress.rewind()
			l.progress.enter(StepConsent)
			return
		}
	}
	l.fails(name, l.mayTryAgain(name))
}

// mayTryAgain says whether the same request is still good: nothing was sent,
// and another attempt could end otherwise.
func (l *Login) mayTryAgain(name problem.Name) bool {
	if l.sent || l.request == nil || l.agent.ctx.Err() != nil {
		return false
	}
	switch name {
	case problem.Declined, problem.WrongCAN, problem.Internal:
		return false
	}
	return true
}

// fails enters the state Failed.
func (l *Login) fails(name problem.Name, again bool) {
	l.state, l.problem, l.again = Failed, name, again
	if !again {
		l.forget()
	}
	l.progress.notify()
}

// recovered turns a panic of the background into the problem internal. The
// stack names functions; what the panic carried is not logged.
func (l *Login) recovered() {
	if recover() == nil {
		return
	}
	l.agent.cfg.Logger.Error("login panicked", "stack", string(debug.Stack()))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fails(problem.Internal, false)
}

// errorCode is the error parameter of the redirect (RFC 6749, 4.1.2.1). A
// provider takes access_denied for the person's no, so it stands for nothing
// that the person did not decide and the provider does not know already.
func errorCode(name problem.Name) string {
	switch name {
	case problem.Declined, problem.LoginExpired:
		return "access_denied"
	case problem.ProviderUnreachable, problem.TooMany, problem.TransactionExpired,
		problem.NoPCSCService, problem.NoReader, problem.NoCard,
		problem.CardRemoved, problem.CardReset, problem.CardBusy, problem.CardUnresponsive,
		problem.CardUnknown, problem.CardFault, problem.CardAccessAltered, problem.OtherDocument, problem.LongSignature,
		problem.SecureMessaging, problem.SFIRefused, problem.WrongCAN,
		problem.PasswordBlocked, problem.PasswordSuspended, problem.PasswordLastTry, problem.PasswordDeactivated:
		return "temporarily_unavailable"
	}
	if name.IsRefusal() {
		return "access_denied"
	}
	return "server_error"
}
