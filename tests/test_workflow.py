"""What runs in the workflows is what was read, with no more rights than it needs."""

import re

import pytest
import yaml
from building import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PUBLISHING = {  # the only jobs that may write, and what
    "book.yml publish": {"pages": "write", "id-token": "write"},
    "book.yml notebooks": {"contents": "write"},
}
CHECKOUT = "actions/checkout@"


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


JOBS = {f"{path.name} {name}": job for path in WORKFLOWS for name, job in read(path)["jobs"].items()}
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_and_says_its_version(path):
    uses = re.findall(r"\buses:(.*)", path.read_text(encoding="utf-8"))
    assert uses
    pinned = re.compile(r" [\w-]+/[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+")
    assert [line for line in uses if not pinned.fullmatch(line)] == []


def test_one_action_has_one_commit_everywhere():
    actions = {step["uses"] for _, step in STEPS if "uses" in step}
    assert len(actions) == len({action.partition("@")[0] for action in actions})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_the_code_and_nothing_else(path):
    assert read(path)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", JOBS)
def test_only_the_publishing_jobs_may_write(name):
    assert JOBS[name].get("permissions", {}) == PUBLISHING.get(name, {})


@pytest.mark.parametrize("name", PUBLISHING)
def test_a_publishing_job_waits_for_the_tests_and_is_left_to_finish(name):
    assert {"test", "package", "site"} <= set(JOBS[name]["needs"])
    assert JOBS[name]["concurrency"]["cancel-in-progress"] is False


def test_a_publishing_job_runs_no_code_of_a_package():
    allowed = {"actions/deploy-pages", "actions/checkout", "actions/download-artifact"}
    steps = [step for name in PUBLISHING for step in JOBS[name]["steps"]]
    assert {step["uses"].partition("@")[0] for step in steps if "uses" in step} <= allowed
    assert [step["run"].split()[0] for step in steps if "run" in step] == ["tar", ".ci/publish-notebooks"]


def test_the_notebooks_are_on_their_branch_before_a_page_leads_there():
    assert "notebooks" in JOBS["book.yml publish"]["needs"]


def test_nothing_is_published_from_a_pull_request():
    assert JOBS["book.yml site"]["if"] == "github.ref == 'refs/heads/main'"
    assert "pull_request_target" not in "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)


def test_no_checkout_leaves_its_credentials_behind():
    checkouts = [step for _, step in STEPS if step.get("uses", "").startswith(CHECKOUT)]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize(("name", "step"), [(name, step) for name, step in STEPS if "run" in step])
def test_no_command_is_put_together_from_what_somebody_wrote(name, step):
    assert not re.search(r"\$\{\{.*github\.(event|head_ref)", step["run"])
