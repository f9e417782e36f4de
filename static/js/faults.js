// A form that comes back brings its reader to what is wrong, wherever on the page that stands:
// to the list of it, or to the first field, or to what is said of the whole.
const fault =
  document.querySelector("main .alert-danger:has(a)") ??
  document.querySelector("main [aria-invalid='true']:not([type='hidden'])") ??
  document.querySelector("main .alert-danger");
if (fault) {
  if (fault.matches(".alert-danger")) {
    fault.tabIndex = -1;
  }
  fault.focus();
}
