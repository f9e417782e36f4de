// What django-allauth's scripts act on is named here: on our pages nothing stands in a script tag.
const { webauthn, recoveryCodes } = window.allauth;
const state = document.querySelector("[data-passkey-failed]");

if (document.getElementById("mfa_webauthn_authenticate")) {
  const credential = document.querySelector("#webauthn_form [name=credential]").id;
  webauthn.forms.authenticateForm({
    ids: { authenticate: "mfa_webauthn_authenticate", credential, data: "js_data" },
  });
}
if (document.getElementById("mfa_webauthn_add")) {
  const [credential, passwordless] = ["credential", "passwordless"].map(
    (name) => document.querySelector(`#webauthn_form [name=${name}]`).id,
  );
  webauthn.forms.addForm({
    ids: { add: "mfa_webauthn_add", credential, passwordless, data: "js_data" },
  });
}
if (document.getElementById("codes_saved")) {
  recoveryCodes.forms.viewForm({
    ids: { saveConfirmation: "codes_saved", recoveryCodes: "recovery_codes" },
  });
}

// Why a passkey did not work stands where it was tried: a browser says it to programmers only.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  state.textContent = state.dataset.passkeyFailed;
  state.hidden = false;
});
