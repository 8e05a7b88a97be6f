"""The demo for people: a hub and two nodes with the Hung Yen plan and a small practice plan dated around today. Prints
addresses and accounts, and stays up until Ctrl-C."""
import datetime
import pathlib
import signal
import sys
import tempfile

from demo_stations import DATA, Office, StepFailed

SITES = ("hy.ubnd", "hy.btc")
PASSWORD = "tram demo password"
PORTS = (7700, 7701, 7702)


def practice_plan(folder):
    """Six tasks with deadlines a few days before and after today, so that every outcome class has something to show."""
    today = datetime.date.today()
    day = lambda n: (today + datetime.timedelta(days=n)).isoformat()
    document = folder / "practice-document.csv"
    document.write_text(
        "field,value\nname,Kế hoạch luyện tập\nnumber,1\nsymbol,LT\nkind,plan\n"
        f"issued_on,{day(-20)}\nissued_by,hy.btv\nassigning_body,hy.btv\nfollow_up_body,hy.vp\nconfidentiality,normal\n"
        "summary,Dùng để luyện tập\n", encoding="utf-8")
    rows = [
        ("LT.1", "Rà soát danh sách cán bộ đầu mối", "hy.ubnd", day(-5), "", "key"),
        ("LT.2", "Gửi số liệu tài sản công", "hy.ubnd hy.btc", day(2), "", "urgent"),
        ("LT.3", "Chuẩn bị hội nghị trực tuyến", "hy.btc", day(9), "", "normal"),
        ("LT.4", "Báo cáo tuần", "hy.ubnd", day(40), f"weekly:fri:16:00 from {day(-14)} to {day(40)}", "normal"),
        ("LT.5", "Góp ý dự thảo quy chế", "hy.btc", f"{day(1)}T17:00", "", "normal"),
        ("LT.6", "Cập nhật trang thông tin", "hy.ubnd", "", "monthly", "normal"),
    ]
    tasks = folder / "practice-tasks.csv"
    lines = ["ref,title,lead,coordinating,start,deadline,recurrence,condition,priority,scope"]
    lines += [f"{ref},{title},{lead},,,{deadline},{recurrence},,{priority},province"
              for ref, title, lead, deadline, recurrence, priority in rows]
    tasks.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return document, tasks


def load(hub, document, tasks, number):
    hub.run("plan", "import", "--document", document, "--tasks", tasks)
    hub.run("plan", "hand-over", number, "--unsigned-reason", "bản trình diễn", second="second")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="tram-demo-") as folder:
        office = Office(sys.argv[1], pathlib.Path(folder) / "office", ports=PORTS)
        hub = office.hub
        try:
            hub.run("init", "--name", "Văn phòng Tỉnh ủy Hưng Yên")
            hub.run("org", "import", DATA / "organisations.csv")
            hub.add_user("second", "hub_security", PASSWORD)
            hub.add_user("office", "hub_office", PASSWORD)
            load(hub, DATA / "document.csv", DATA / "tasks.csv", "406")
            load(hub, *practice_plan(office.folder), "1")
            hub.serve()
            hub.ready()
            for site in SITES:
                node = office.node(site)
                code = hub.run("site", "add", site, "--pre-approved")
                node.run("enrol", "--hub", hub.url, "--code", code["code"])
                node.add_user("operator", "operator", PASSWORD)
                node.add_user("approver", "approver", PASSWORD)
                node.run("sync")
                node.serve()
                node.ready()
            print("\nTrạm is running on this machine. Ctrl-C ends it; its data go with it.\n")
            print(f"  hub            {hub.url}   sign in as: office")
            for site, node in office.nodes.items():
                print(f"  node {site:<9} {node.url}   sign in as: operator, approver")
            print(f"  password of all accounts: {PASSWORD}\n", flush=True)
            signal.pause()
        except StepFailed as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            return 1
        except (KeyboardInterrupt, SystemExit):
            print("ending ...")
        finally:
            # A second Ctrl-C must not leave a program behind.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for station in office.stations():
                try:
                    station.stop()
                except StepFailed as failure:
                    print(failure, file=sys.stderr)
            office.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
