"""The command `wardsim`: what it understands and which function answers.

Only the standard library is imported here, so that ``wardsim --help`` answers at once; everything else is
loaded by the command that needs it.
"""

from __future__ import annotations

import argparse
import difflib
import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130

ABOUT = """\
wardsim simulates a psychiatric ward: who is on duty when, who decides, and what follows for the people
staying there and the people working there. It compares ways to organise a ward; it describes no real person
and predicts nobody's risk."""

EXAMPLES = """\
start here:
  wardsim compare                                     three rotations on one ward, at the same paid hours
  wardsim services                                    the services built in, and how they differ
  wardsim new my_ward                                 describe your own ward; writes my_ward.yaml
  wardsim explain service=community_centre,recovery_institution
                                                      which parts of the organisation make two wards differ
  wardsim validate                                    published figures beside what the model gives

then, for example:
  wardsim compare service=community_centre,soteria_berne replications=50
  wardsim compare power=hierarchical,open_dialogue service=community_centre
  wardsim compare my_ward.yaml rotation=three_shift,co_living
  wardsim run service=bet_unit ward.beds=8 staffing.fte.peer_worker=1
  wardsim show service=heidenheim > heidenheim.yaml   every setting, as a file that runs again

`wardsim COMMAND --help` says what a command takes."""

SETTINGS = """\
what can be set (NAME=VALUE, as often as you like):
  service=  ward=  rotation=  power=  staffing=  patients=  care=  crisis=  calendar=  cost=  model=
                         choose an option; a wrong name is answered with the list of right ones
  ward.beds=12  staffing.fte.doctor=1.5  power.listening=0.6  care.presence_norm=0.5
                         change one number; `wardsim show` prints all of them
  change.on_day=60 change.rotation=co_living
                         from counted day 60 on another rotation, with relations kept
  horizon_days=180       days counted                 warmup_days=28    days before, not counted
  replications=100       how often it is simulated    seed=1            start of all chance
  workers=2              how many at a time           out=results/mine  folder of the results
  tables=false           save outcomes only           precision=0.05    add replications until so precise
  uncertainty=accepted   compare: run once more with unknown numbers drawn, and show both intervals

A name given twice counts as it was given last. A file that ends in .yaml may come first: one that `wardsim new`
or `wardsim show` wrote, or your own."""

COMPARING = """\
Values separated by commas are compared: rotation=three_shift,co_living. So are several files. With several
such lists all combinations are compared. The first is the baseline; every difference is paired, that is, the
same people arrive on the same days in every ward. 'rotation=glob(*)' takes all options,
power.listening=range(0,1,0.25) steps.

Without any list the ward as it is is compared with the ward with what you set, such as power=open_dialogue, or
change.on_day=60 change.rotation=co_living. If you set nothing, the rotations three_shift, co_living and
soteria_48 are compared. What the model assumes (model=sceptical) holds for every ward compared."""


#: What a command takes that is about wards.
WARDS: dict[str, Any] = {"nargs": "*", "metavar": "FILE.yaml | NAME=VALUE"}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors name what was probably meant."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice: " in message:
            given = message.partition("invalid choice: ")[2].partition("'")[2].partition("'")[0]
            near = difflib.get_close_matches(given, COMMANDS, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            message = f"there is no command {given!r}{hint}; there are: {', '.join(COMMANDS)}"
        print(f"{self.prog}: {message}\nNext: {self.prog} --help", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    own = _Parser(add_help=False)
    own.add_argument(
        "--config-dir",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="a folder with your own options, such as DIR/power/ours.yaml",
    )
    parser = _Parser(prog="wardsim", description=ABOUT, epilog=EXAMPLES, formatter_class=plain, parents=[own])
    parser.add_argument("--version", action="store_true", help="print the version and end")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_Parser
    )

    def add(name: str, short: str, about: str, epilog: str = SETTINGS) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=short, description=about, epilog=epilog, formatter_class=plain, parents=[own]
        )

    _commands_about_wards(add)
    _commands_about_numbers(add)
    return parser


def _commands_about_wards(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Simulating, comparing, explaining and describing wards."""
    run = add("run", "simulate one ward", "Simulate one ward many times and save what happened.")
    run.add_argument("what", **WARDS, help="the ward, and how to run it")
    compare = add("compare", "compare ways to organise a ward", f"Compare wards.\n\n{COMPARING}")
    compare.add_argument("-m", "--multirun", action="store_true", help=argparse.SUPPRESS)
    compare.add_argument("what", **WARDS, help="the wards, and how to run them")
    explain = add(
        "explain",
        "which parts of the organisation make two wards differ",
        "Split the difference between two wards over the groups of settings in which they differ.\n\n"
        "Two wards, named as for compare: service=community_centre,soteria_berne, two files, or one ward and what is\n"
        "changed in it. Every mixture of them is simulated, with the same people and the same luck; a group's share is\n"
        "what it adds when it changes sides, averaged over all orders (Shapley value). The shares add up to the whole.",
    )
    explain.add_argument("what", **WARDS, help="two wards, and how to run them")
    services = add(
        "services",
        "list the services that are built in",
        "List the services: what each is and how they "
        "differ. With two or more names: every setting in which these differ.",
        "",
    )
    services.add_argument("what", nargs="*", metavar="SERVICE", help="services to hold side by side")
    new = add(
        "new",
        "describe your own ward",
        "Ask about your ward, and write NAME.yaml, which `wardsim run NAME.yaml` "
        "runs. What is asked and not simulated is said, and kept in the file as a note.",
        "",
    )
    new.add_argument("name", metavar="NAME", help="name of the ward and of the file")
    new.add_argument(
        "what", nargs="*", metavar="NAME=VALUE", help="answers given beforehand, for example ward.beds=12"
    )
    new.add_argument("--yes", action="store_true", help="ask nothing: take the answer in brackets everywhere")
    new.add_argument("--force", action="store_true", help="replace a file that is there")
    show = add(
        "show",
        "print every setting of a ward",
        "Print all settings of a ward as YAML. The output is a file that runs again.",
    )
    show.add_argument("what", **WARDS, help="the ward")


def _commands_about_numbers(add: Callable[..., argparse.ArgumentParser]) -> None:
    """What the numbers of the model are, where they come from, and whether they reproduce what was measured."""
    parameters = add(
        "parameters",
        "look up what a number means and where it comes from",
        "List the parameters of the model and of a ward: what each is, its value on the default ward, what it may be,\n"
        "whether anybody measured it, and where. With words: only those in which all of them occur.",
        "for example:\n  wardsim parameters trust\n  wardsim parameters grade A crises\n"
        "  wardsim parameters --csv > parameters.csv     all of them, for a spreadsheet",
    )
    parameters.add_argument("what", nargs="*", metavar="WORD", help="words to search for")
    parameters.add_argument("--csv", action="store_true", help="print comma-separated text")
    validate = add(
        "validate",
        "hold the model against what was measured",
        "Simulate the wards that published figures are about, and print for each figure whether the model reproduces it.\n"
        "Figures that the model was fitted to stand apart from those it was not. Ends with status 1 unless all of the\n"
        "first and nine in ten of the others hold.",
        "settings: replications=100  seed=1  workers=2  out=scoreboard.csv\n\nfor example:\n"
        "  wardsim validate\n  wardsim validate replications=40 out=scoreboard.csv",
    )
    validate.add_argument("what", nargs="*", metavar="NAME=VALUE", help="how to run it")
    calibrate = add(
        "calibrate",
        "fit uncertain numbers to what was measured",
        "Search for values of uncertain parameters with which the model reproduces the figures that it may be fitted to.\n"
        "Figures marked `check` play no part. The search is kept in a folder and goes on from there.",
        "settings: goal=fit|collect  trials=200  replications=20  parameters=fitted|all  seed=1  workers=2\n"
        "          out=results/calibration-fit  every=5  after=50\n\n"
        "goal=fit looks for the smallest loss; goal=collect walks through all that is possible: vectors with which no\n"
        "figure is contradicted, of which every so many (every=5, from trial after=50 on) are kept in accepted.csv.\n"
        "parameters=fitted moves those whose source in the register is `calibrated`, parameters=all everything that\n"
        "nobody knows exactly (the default of goal=collect). It needs the packages of wardsim[analysis].",
    )
    calibrate.add_argument("what", nargs="*", metavar="NAME=VALUE", help="how to search")


def _run(given: argparse.Namespace) -> int:
    from wardsim.run_and_compare import run

    return run(*_files_and_overrides(given.what), config_dir=given.config_dir)


def _compare(given: argparse.Namespace) -> int:
    from wardsim.run_and_compare import compare

    return compare(*_files_and_overrides(given.what), config_dir=given.config_dir)


def _services(given: argparse.Namespace) -> int:
    from wardsim.services import show_services

    return show_services(given.what, config_dir=given.config_dir)


def _new(given: argparse.Namespace) -> int:
    from wardsim.new_ward import new_ward

    return new_ward(given.name, given.what, yes=given.yes, force=given.force, config_dir=given.config_dir)


def _show(given: argparse.Namespace) -> int:
    from wardsim.run_and_compare import show

    return show(*_files_and_overrides(given.what), config_dir=given.config_dir)


def _parameters(given: argparse.Namespace) -> int:
    from wardsim.parameters import show_parameters

    return show_parameters(given.what, as_csv=given.csv, config_dir=given.config_dir)


def _explain_difference(given: argparse.Namespace) -> int:
    from wardsim.explaining import explain

    return explain(*_files_and_overrides(given.what), config_dir=given.config_dir)


def _validate(given: argparse.Namespace) -> int:
    from wardsim.credibility import validate

    return validate(given.what)


def _calibrate(given: argparse.Namespace) -> int:
    from wardsim.credibility import calibrate

    return calibrate(given.what)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "compare": _compare,
    "services": _services,
    "new": _new,
    "show": _show,
    "parameters": _parameters,
    "explain": _explain_difference,
    "validate": _validate,
    "calibrate": _calibrate,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Answer one command line; returns 0 done, 1 some run failed, 2 bad input, 130 stopped by Ctrl-C."""
    if argv is None:
        # a program of its own, that soon ends: looking for garbage less often saves half a second
        gc.set_threshold(100_000, 50, 100)
        sys.unraisablehook = _unraisable
    try:
        code = _answer(_parse(sys.argv[1:] if argv is None else list(argv)))
        sys.stdout.flush()
        if argv is None:
            gc.freeze()  # what is left goes with the program: it need not be looked through once more
        return code
    except SystemExit as end:  # from argparse, which has said why
        return end.code if isinstance(end.code, int) else BAD_INPUT
    except KeyboardInterrupt:
        print("\nStopped. Finished runs are kept; the same command goes on from there.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        status = _explain(error)
        if status is None:
            raise
        return status


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    """Say nothing of being stopped in a place that can't end, such as the compiler; it ends soon afterwards."""
    if not issubclass(what.exc_type, (KeyboardInterrupt, SystemExit)):
        sys.__unraisablehook__(what)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = _parser()
    given, rest = parser.parse_known_args(argv)
    wrong = [text for text in rest if text.startswith("-")]
    if wrong or (rest and not hasattr(given, "what")):
        parser.error(f"{' '.join(wrong or rest)} is not understood")
    if rest:  # names and values that stood after an option
        given.what = [*given.what, *rest]
    given.config_dir = getattr(given, "config_dir", None)
    given.parser = parser
    return given


def _answer(given: argparse.Namespace) -> int:
    if given.version:
        from wardsim import __version__

        print(f"wardsim {__version__}")
        return DONE
    if given.command is None:
        given.parser.print_help()
        return DONE
    return COMMANDS[given.command](given)


def _files_and_overrides(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Arguments sorted into YAML files and overrides."""
    for before, text, after in zip(["", *texts], texts, [*texts[1:], ""], strict=False):
        if text.startswith("="):
            _apart(before, text, after if text == "=" else "")
    files = [text for text in texts if text.lower().endswith((".yaml", ".yml")) and "=" not in text]
    return files, [text for text in texts if text not in files]


def _apart(*parts: str) -> NoReturn:
    """Name, sign and value reached us as separate words."""
    from wardsim.scenario.problems import Problem, ScenarioError

    way = f"write it without spaces around the sign: {''.join(parts)}"
    raise ScenarioError([Problem(" ".join(filter(None, parts)), None, "can't be read", way)])


def _explain(error: Exception) -> int | None:
    """Say what is wrong and what to do; None if this is no mistake of the user's but one in the program."""
    from wardsim.scenario.problems import ScenarioError

    if isinstance(error, ScenarioError):
        print(f"{error}\nNext: wardsim services, wardsim show, or wardsim COMMAND --help", file=sys.stderr)
        return BAD_INPUT
    status = getattr(error, "exit_status", None)
    if isinstance(status, int):  # ResultsError and its kinds say what to do
        print(error, file=sys.stderr)
        return status
    if isinstance(error, OSError):
        place = f" {error.filename}" if error.filename else ""
        full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        way = "Make room, or choose another folder with out=FOLDER." if full else "Choose another place."
        print(f"Can't use{place}: {error.strerror or error}. {way}", file=sys.stderr)
        return FAILED if full else BAD_INPUT
    if isinstance(error, MemoryError):
        print("Not enough memory. Fewer workers or a shorter horizon_days need less.", file=sys.stderr)
        return FAILED
    return None
